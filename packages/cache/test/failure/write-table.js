// Makes the table of docs/cache-faults.md from what the suites of this folder measured last: node write-table.js
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const root = new URL('../../../../', import.meta.url);
const folder = new URL('.cache/cache-faults/', root);
const rows = readdirSync(folder)
  .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
  .sort((one, other) => `${one.driver} ${one.fault}`.localeCompare(`${other.driver} ${other.fault}`));
const lines = rows.map(
  ({ driver, fault, calls, answered, p99, baseline, recovery }) =>
    `| ${[driver, fault, `${answered} of ${calls}`, p99.toFixed(0), baseline.toFixed(0), recovery.toFixed(0)].join(' | ')} |`,
);
const file = new URL('docs/cache-faults.md', root);
const START = '<!-- measured -->';
const [text = ''] = readFileSync(file, 'utf8').split(START);
writeFileSync(
  file,
  `${text}${START}

Node ${process.versions.node}, ${process.platform} ${process.arch}. Milliseconds.

| driver | fault | answered | p99 of calls | p99 of the creator alone | back in use after |
| --- | --- | ---: | ---: | ---: | ---: |
${lines.join('\n')}
`,
);
console.log(`${rows.length} outages`);
