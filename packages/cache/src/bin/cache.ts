#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { migrateConfig } from '../migrate-config.ts';

const USAGE = `Usage: oslofjord-cache migrate-config FILE

Prints a [cache] section for @oslofjord/cache made from that of an Oslo service's configuration file,
and on standard error every setting whose meaning changes. '-' reads standard input.
`;

/** Runs the command line; answers the status to exit with. */
const main = (args: readonly string[]): number => {
  const [command, file] = args;
  if (command === '--help' || command === '-h') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (command !== 'migrate-config' || file === undefined || args.length !== 2) {
    process.stderr.write(USAGE);
    return 2;
  }
  try {
    const { text, changes } = migrateConfig(readFileSync(file === '-' ? 0 : file, 'utf8'), file);
    process.stdout.write(text);
    for (const { option, message } of changes)
      process.stderr.write(`${option === '' ? '' : `${option}: `}${message}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
};

process.exitCode = main(process.argv.slice(2));
