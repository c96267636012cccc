import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runReno } from '../../src/reno/commands.js';
import { replay, type Operation } from './replay.js';

/** A history to make. */
interface Request {
  readonly ops: readonly Operation[];
}

const QUERIES: Readonly<Record<string, readonly string[]>> = {
  list: ['list'],
  report: ['report'],
  'report-no-source': ['report', '--no-show-source'],
  'report-no-collapse': ['report', '--no-show-source', '--no-collapse-pre-releases'],
  'report-all': ['report', '--no-show-source', '--no-stop-at-branch-base'],
  lint: ['lint'],
  'semver-next': ['semver-next'],
};

/** What one command printed; errors only where there are any, or for the linter. */
interface Printed {
  readonly rc: number;
  readonly stdout: string;
  readonly stderr?: string;
}

/** Makes the history in a folder of its own, and answers what reno 4.1.0 prints of it, command by command. */
export const answer = async ({ ops }: Request): Promise<Readonly<Record<string, Printed>>> => {
  const root = mkdtempSync(join(tmpdir(), 'oslofjord-notes-'));
  try {
    replay(root, ops);
    const branches = ops.filter(([name]) => name === 'branch').map(([, branch = '']) => branch);
    const ofBranches = branches.map((branch) => [
      `report --branch ${branch}`,
      ['report', '--no-show-source', '--branch', branch],
    ]);
    const queries: Readonly<Record<string, readonly string[]>> = {
      ...QUERIES,
      ...(Object.fromEntries(ofBranches) as Record<string, readonly string[]>),
    };
    const printed: Record<string, Printed> = {};
    for (const [name, words] of Object.entries(queries)) {
      const { rc, stdout, stderr } = await runReno(words, root);
      printed[name] = { rc, stdout, ...(rc !== 0 || name === 'lint' ? { stderr } : {}) };
    }
    return printed;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};
