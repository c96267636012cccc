// Mixed traffic against the service on real parts, while these are killed and frozen in turn.
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askedToEnd, INTERRUPTED, say, startUntil, toldWords } from './program.ts';
import { Deployment } from './real/deployment.ts';
import { builtPrograms } from './real/programs.ts';
import { plotsOf } from './soak/plots.ts';
import { reportOf, verdicts } from './soak/report.ts';
import { soak } from './soak/soak.ts';

const source = fileURLToPath(new URL('..', import.meta.url));
const root = join(source, '..', '..');

const values = toldWords(
  `npm run soak                       one minute of mixed traffic while parts are killed and stand still
npm run soak -- --minutes NUMBER   that many
npm run soak -- --report FOLDER    writes soak.md and soak.svg there, below the root of the repository`,
  { minutes: { type: 'string', default: '1' }, report: { type: 'string' } },
);
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes < Infinity)) {
  console.error(`soak: --minutes is a number above 0, not ${values.minutes}`);
  process.exit(2);
}

const ending = askedToEnd();
const deployment = await startUntil(ending, (progress) =>
  Deployment.start({ programs: builtPrograms(source), source, cache: 'redis', hasConsole: false, progress }),
);
// Whatever is under way, everything is taken down.
ending.addEventListener('abort', () => {
  void deployment.stop().finally(() => process.exit(INTERRUPTED));
});
try {
  const report = await soak(deployment, { minutes, progress: say });
  console.log(`\n${String(report.outcomes.length)} requests in ${report.minutes.toFixed(1)} minutes`);
  console.log(verdicts(report.invariants));
  for (const { name, seconds, megabytesPerMinute } of report.growth) {
    console.log(`    ${name}: ${megabytesPerMinute.toFixed(2)} MB a minute over ${String(seconds)} s`);
  }
  if (values.report !== undefined) {
    const folder = resolve(root, values.report);
    await mkdir(folder, { recursive: true });
    const day = new Date().toISOString().slice(0, 10);
    const when = `on ${day}, Node.js ${process.version}, ${String(cpus().length)} cores`;
    await writeFile(join(folder, 'soak.svg'), plotsOf(report));
    await writeFile(join(folder, 'soak.md'), reportOf(report, 'soak.svg', when));
    console.log(`\nThe report is ${join(folder, 'soak.md')}`);
  }
  process.exitCode = report.invariants.every(({ problems }) => problems.length === 0) ? 0 : 1;
} finally {
  await deployment.stop();
}
