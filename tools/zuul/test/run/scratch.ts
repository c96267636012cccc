import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../src/commands/run.js';

const TENANT = `- tenant:
    name: local
    default-parent: base
    source: {local: {config-projects: [config], untrusted-projects: [own]}}
`;
const CONFIG = `- pipeline: {name: check, manager: independent, trigger: {local: [{event: change}]}}
- pipeline: {name: gate, manager: dependent, post-review: true, trigger: {local: [{event: change}]}}
- semaphore: {name: one}
- semaphore: {name: two, max: 2}
- job:
    name: base
    parent: null
    abstract: true
    nodeset: {nodes: [{name: node, label: any}]}
    attempts: 1
    timeout: 60
`;

/** A playbook whose tasks are given, as YAML of a list. */
export const playbook = (tasks: string): string =>
  `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')}\n`;

export interface Ran {
  readonly status: number;
  readonly output: string;
}

export interface BuildReport {
  readonly uuid: string;
  readonly job_name: string;
  readonly result: string;
  readonly attempts: number;
  readonly voting: boolean;
  readonly reason: string | null;
  readonly start_time: string;
  readonly end_time: string;
  readonly returned: unknown;
  readonly artifacts: unknown;
  readonly playbooks: readonly {
    readonly phase: string;
    readonly playbook: string;
    readonly ending: string;
    readonly attempt: number;
  }[];
}

/** A checkout of its own, with jobs as they are given. */
export class Scratch {
  readonly directory = mkdtempSync(join(tmpdir(), 'zuul-run-'));

  /** `jobs` as YAML of definitions; the project runs all of `pipeline`. */
  constructor(jobs: string, files: Readonly<Record<string, string>> = {}) {
    this.write('tools/zuul/config-project/tenant.yaml', TENANT);
    this.write('tools/zuul/config-project/zuul.yaml', CONFIG);
    this.write('zuul.d/jobs.yaml', jobs);
    this.write('playbooks/true.yaml', playbook('- command: "true"'));
    this.write('playbooks/false.yaml', playbook('- command: "false"'));
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: this.directory });
  }

  write(path: string, text: string): void {
    const file = join(this.directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  read(path: string): string {
    return readFileSync(join(this.directory, path), 'utf8');
  }

  /** Lines that playbooks have written to a file of the checkout. */
  lines(path = 'trace'): readonly string[] {
    try {
      return this.read(path).trim().split('\n');
    } catch {
      return [];
    }
  }

  async run(...words: readonly string[]): Promise<Ran> {
    let output = '';
    const stream = {
      write: (text: string | Uint8Array): boolean => {
        output += String(text);
        return true;
      },
    };
    const status = await run(['--all', ...words], {
      cwd: this.directory,
      env: process.env,
      stdout: stream,
      stderr: stream,
    });
    return { status, output };
  }

  /** The same in a process of its own. */
  spawn(...words: readonly string[]): ChildProcess {
    const bin = join(import.meta.dirname, '../../src/cli.js');
    return spawn(process.execPath, [bin, 'run', '--all', ...words], {
      cwd: this.directory,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  builds(report = '.cache/zuul/report'): Readonly<Record<string, BuildReport>> {
    const { builds } = JSON.parse(this.read(`${report}/buildset.json`)) as { builds: BuildReport[] };
    return Object.fromEntries(builds.map((build) => [build.job_name, build]));
  }

  /** Results by job. */
  results(report?: string): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.values(this.builds(report)).map(({ job_name: name, result }) => [name, result]),
    );
  }

  log(job: string): string {
    return this.read(`.cache/zuul/report/logs/${job}/job-output.txt`);
  }

  /** Folders of builds that are still there. */
  workspaces(): readonly string[] {
    return readdirSync(join(this.directory, '.cache/zuul/builds'));
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Processes with a command line, by their numbers. */
export const running = (command: string): readonly string[] =>
  readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/u.test(entry)) return false;
    try {
      return readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() === command;
    } catch {
      return false;
    }
  });
