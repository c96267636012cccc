import { contend } from '../../harness/contender.js';

const spin = () => {
  const { user, system } = process.cpuUsage();
  for (;;) {
    const now = process.cpuUsage();
    if (now.user + now.system - user - system >= 1000) return;
  }
};
await contend({ answers: 'frozen', size: 64, step: 8, work: spin });
