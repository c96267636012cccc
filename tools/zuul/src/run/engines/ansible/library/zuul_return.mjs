#!/usr/bin/env node
// The module zuul_return for Ansible. WANT_JSON: its parameters are in a file.
import { appendFileSync, readFileSync } from 'node:fs';

const { data } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const isMapping = typeof data === 'object' && data !== null && !Array.isArray(data);
if (isMapping) appendFileSync(process.env['ZUUL_LOCAL_RETURNED'] ?? '', `${JSON.stringify(data)}\n`);
const result = isMapping
  ? { changed: false }
  : { changed: false, failed: true, msg: '"data" of "zuul_return" is a mapping' };
console.log(JSON.stringify(result));
