// Reads a policy file in a fresh process: our strict mode, which also checks what it reads.
import { createHash } from 'node:crypto';
import { Enforcer, formatCheck } from '@oslofjord/policy';

const enforcer = new Enforcer({ policyFile: process.argv[2], policyDirs: [], reload: 'off' });
const before = process.cpuUsage();
await enforcer.load();
const { rules } = enforcer;
const { user, system } = process.cpuUsage(before);
const text = [...rules]
  .map(([name, check]) => `${name}=${formatCheck(check)}`)
  .sort()
  .join('\n');
const answers = createHash('sha256').update(text).digest('hex');
console.log(JSON.stringify({ answers, cpuMicroseconds: user + system }));
