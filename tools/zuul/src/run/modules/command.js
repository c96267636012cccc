// command and shell.
import { globSync } from './glob.js';
import { isAbsolute, join } from 'node:path';
import { statSync } from 'node:fs';
import { text } from '../jinja/values.js';
import { runCommand } from '../processes.js';
import { booleanOf, ModuleError, textOf } from './context.js';
import { expandWord, splitWords } from './words.js';

/** @import { Context, Mapping, Result } from './context.js' */

/** @param {string} output @returns {string[]} */
const linesOf = (output) => {
  // eslint-disable-next-line no-control-regex -- they end lines, too, for Python
  const lines = output.split(/\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/u);
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

/** @param {Date} date */
const moment = (date) => date.toISOString().replace('T', ' ').replace('Z', '000');

/** @param {number} milliseconds */
const duration = (milliseconds) => {
  const seconds = Math.floor(milliseconds / 1000);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  return `${String(Math.floor(seconds / 3600))}:${parts.join(':')}.${String(milliseconds % 1000).padStart(3, '0')}000`;
};

/** @param {Result} result */
const withLines = (result) => ({
  ...result,
  stdout_lines: linesOf(String(result['stdout'])),
  stderr_lines: linesOf(String(result['stderr'])),
});

/** @param {Mapping} args @param {Context} context @param {boolean} isShell @returns {Promise<Result>} */
const run = async (args, context, isShell) => {
  const { env } = context;
  const line = textOf(args, 'cmd');
  const list = args['argv'];
  /** @type {Result} */
  const base = { changed: false, stdout: '', stderr: '', rc: null, cmd: null, msg: '' };
  /** @param {string} message @param {Result} result @returns {never} */
  const fail = (message, result) => {
    throw new ModuleError(message, withLines({ ...base, ...result }));
  };
  if ((line === undefined || line.trim() === '') && !Array.isArray(list))
    fail('no command given', { rc: 256 });
  if (line !== undefined && Array.isArray(list))
    fail('only command or argv can be given, not both', { rc: 256 });
  /** @type {string[]} */
  let words;
  try {
    words = isShell ? [] : Array.isArray(list) ? list.map((word) => text(word)) : splitWords(line ?? '');
  } catch (error) {
    return fail(error instanceof Error ? error.message : '', { rc: 1 });
  }
  base['cmd'] = isShell ? line : words;
  const chdir = textOf(args, 'chdir');
  const moved = chdir === undefined ? context.cwd : expandWord(chdir, env);
  const cwd = isAbsolute(moved) ? moved : join(context.cwd, moved);
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory())
    fail(`Unable to change directory before execution: ${cwd} is no folder`, {});
  for (const [parameter, isUnless] of /** @type {const} */ ([
    ['creates', true],
    ['removes', false],
  ])) {
    const pattern = textOf(args, parameter);
    if (pattern === undefined || globSync(expandWord(pattern, env), cwd) !== isUnless) continue;
    const what = isUnless ? 'exists' : 'does not exist';
    return withLines({
      ...base,
      rc: 0,
      stdout: `skipped, since ${pattern} ${what}`,
      msg: `Did not run command since '${pattern}' ${what}`,
    });
  }
  const executable = textOf(args, 'executable') ?? '/bin/sh';
  const [file = '', ...rest] = isShell
    ? [executable, '-c', line ?? '']
    : words.map((word) => expandWord(word, env));
  const stdin = textOf(args, 'stdin');
  const newline = booleanOf(args['stdin_add_newline'] ?? true, 'stdin_add_newline') ? '\n' : '';
  const start = new Date();
  try {
    const { rc, stdout, stderr } = await runCommand({
      file,
      args: rest,
      cwd,
      env,
      ...(stdin === undefined ? {} : { stdin: stdin + newline }),
      signal: context.signal,
      onLine: context.onLine,
    });
    const end = new Date();
    const isStripped = booleanOf(args['strip_empty_ends'] ?? true, 'strip_empty_ends');
    /** @param {string} output */
    const kept = (output) => (isStripped ? output.replace(/[\r\n]+$/u, '') : output);
    const times = {
      start: moment(start),
      end: moment(end),
      delta: duration(end.getTime() - start.getTime()),
    };
    const result = withLines({
      ...base,
      changed: true,
      rc,
      stdout: kept(stdout),
      stderr: kept(stderr),
      ...times,
    });
    if (rc !== 0) throw new ModuleError('non-zero return code', result);
    return result;
  } catch (error) {
    if (error instanceof ModuleError || context.signal.aborted) throw error;
    const { code, errno } = /** @type {NodeJS.ErrnoException} */ (error);
    return fail(
      `${file} cannot be started: ${code === 'ENOENT' ? 'there is no such program' : String(code)}`,
      {
        rc: Math.abs(errno ?? 1),
        cmd: [file, ...rest].join(' '),
      },
    );
  }
};

/** @param {Mapping} args @param {Context} context */
export const command = (args, context) => run(args, context, false);
/** @param {Mapping} args @param {Context} context */
export const shell = (args, context) => run(args, context, true);
