#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { runVolumeService } from '../commands/run.ts';

const code = await runVolumeService(process.argv.slice(2), {
  environment: process.env,
  configuration: fileURLToPath(new URL('../../etc/volume-service.conf', import.meta.url)),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
if (code !== undefined) process.exitCode = code;
