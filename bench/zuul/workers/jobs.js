// Twenty jobs of one command, or the command alone twenty times.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COUNT = 20;
const ALLOWED = 30;

/** @param {number} milliseconds of all jobs together */
const tell = (milliseconds) => {
  console.log(JSON.stringify({ answers: 'done', figure: (COUNT * 1000) / milliseconds }));
};

if (process.argv[2] === 'bound') {
  const start = performance.now();
  for (let turn = 0; turn < COUNT; turn += 1) spawnSync('true');
  tell(performance.now() - start + COUNT * ALLOWED);
} else {
  const { run } = await import('../../../tools/zuul/src/commands/run.js');
  const directory = mkdtempSync(join(tmpdir(), 'oslofjord-bench-'));
  const names = Array.from({ length: COUNT }, (_, index) => `job-${String(index)}`);
  const files = {
    'tools/zuul/config-project/tenant.yaml':
      '- tenant: {name: local, source: {local: {config-projects: [config], untrusted-projects: [own]}}}',
    'tools/zuul/config-project/zuul.yaml':
      '- pipeline: {name: check, manager: independent, trigger: {local: [{event: change}]}}\n- job: {name: base, parent: null, nodeset: {nodes: [{name: node, label: any}]}, run: play.yaml}',
    'tools/zuul/config-project/play.yaml':
      '- hosts: all\n  gather_facts: false\n  tasks: [{command: "true"}]\n',
    'zuul.d/jobs.yaml': `${names.map((name) => `- job: {name: ${name}}\n`).join('')}- project: {check: {jobs: [${names.join(', ')}]}}\n`,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  /** The time from the first job's start to the last one's end, without loading definitions and writing the report. */
  let first = NaN;
  let last = NaN;
  const stream = {
    write: (text) => {
      if (/^job-\d+: started/u.test(text)) first = Number.isNaN(first) ? performance.now() : first;
      if (/^job-\d+: SUCCESS/u.test(text)) last = performance.now();
      return true;
    },
  };
  const context = { cwd: directory, env: process.env, stdout: stream, stderr: process.stderr };
  const status = await run(['--all', '-j', '1'], context);
  rmSync(directory, { recursive: true, force: true });
  if (status !== 0) throw new Error(`${fileURLToPath(import.meta.url)}: the jobs did not succeed`);
  tell(last - first);
}
