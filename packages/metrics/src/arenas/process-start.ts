import { readFileSync } from 'node:fs';

/**
 * When a process started, in the system's own count; 0 where the system does not tell, undefined where there is no such
 * process. A process id may be given to another process later; together with its start it names one process.
 */
export const processStart = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name of the program, in parentheses, may hold anything: fields are counted from the last parenthesis.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : Number(fields[19]);
  } catch {
    return exists(pid) ? 0 : undefined;
  }
};

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Whether the process that started then still runs. */
export const isRunning = (pid: number, pidStart: number): boolean => {
  const start = processStart(pid);
  return start !== undefined && (start === pidStart || start === 0 || pidStart === 0);
};
