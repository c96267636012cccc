#!/usr/bin/env node
import { runLimitTool } from '../cli/main.ts';

void runLimitTool(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  environment: process.env,
}).then((code) => {
  process.exitCode = code;
});
