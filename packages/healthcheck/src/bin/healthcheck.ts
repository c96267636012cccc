#!/usr/bin/env node
import { runLine } from '../commands/run.ts';

void runLine(process.argv.slice(2), process.cwd()).then(({ output, errors, exitCode }) => {
  process.stdout.write(output);
  process.stderr.write(errors);
  process.exitCode = exitCode;
});
