import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { MANIFEST_KINDS, writeManifest, type DeploymentPlan, type ManifestKind } from '../manifests.ts';

/** What a command wrote, and how it ended. */
export interface CommandResult {
  readonly output: string;
  readonly errors: string;
  readonly exitCode: number;
}

const USAGE = `Usage: oslofjord-healthcheck manifest ${MANIFEST_KINDS.map((kind) => `--${kind}`).join(' | ')} [--plan FILE]
       oslofjord-healthcheck check URL

  manifest   writes what a deployment needs, with the times of the plan (JSON, default healthcheck.json)
  check      asks a health check: status 0 when it is up, 1 when it is not, 2 when nobody answers
`;

const usage = (problem: string): CommandResult => ({
  output: '',
  errors: `${problem}\n${USAGE}`,
  exitCode: 2,
});

const manifest = (words: readonly string[], directory: string): CommandResult => {
  const options = Object.fromEntries(MANIFEST_KINDS.map((kind) => [kind, { type: 'boolean' as const }]));
  const { values } = parseArgs({ args: [...words], options: { ...options, plan: { type: 'string' } } });
  const kinds = MANIFEST_KINDS.filter((kind) => (values as Partial<Record<ManifestKind, boolean>>)[kind]);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) return usage('say which manifest');
  const file = resolve(directory, typeof values.plan === 'string' ? values.plan : 'healthcheck.json');
  const plan = JSON.parse(readFileSync(file, 'utf8')) as DeploymentPlan;
  return { output: writeManifest(kind, plan), errors: '', exitCode: 0 };
};

const check = async (words: readonly string[]): Promise<CommandResult> => {
  const [url] = words;
  if (url === undefined || !URL.canParse(url)) return usage('say which URL');
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: 'manual' });
    const text = (await response.text()).trim();
    return { output: `${response.status} ${text}`.trim() + '\n', errors: '', exitCode: response.ok ? 0 : 1 };
  } catch {
    return { output: '', errors: 'nobody answers there\n', exitCode: 2 };
  }
};

/** Runs a command line. */
export const runLine = async (words: readonly string[], directory: string): Promise<CommandResult> => {
  const [command, ...rest] = words;
  try {
    if (command === 'manifest') return manifest(rest, directory);
    if (command === 'check') return await check(rest);
    if (command === '--help' || command === 'help') return { output: USAGE, errors: '', exitCode: 0 };
    return usage(command === undefined ? 'say what to do' : `there is no command ${command}`);
  } catch (error) {
    return { output: '', errors: `${(error as Error).message}\n`, exitCode: 2 };
  }
};
