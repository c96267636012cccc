import { parseArgs, type ParseArgsConfig } from 'node:util';

/** An option of a command. Hyphens and underscores in its name count the same. */
export interface Flag {
  /** With hyphens. */
  readonly name: string;
  /** `switch` takes no value and has an inverse, `--noNAME`; `texts` may be given several times. */
  readonly type: 'switch' | 'text' | 'texts';
  /** How help names the value. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly help: string;
}

/** Options or operands that a command does not have; ends with status 2, as in Python's argparse. */
export class WrongArguments extends Error {}

/** What stands on a command's line. */
export class Arguments {
  readonly operands: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>, operands: readonly string[]) {
    this.#values = values;
    this.operands = operands;
  }

  text(name: string): string | undefined {
    return this.#values[name] as string | undefined;
  }

  texts(name: string): readonly string[] {
    return (this.#values[name] as readonly string[] | undefined) ?? [];
  }

  /** Undefined when neither the option nor its inverse is there. */
  switch(name: string): boolean | undefined {
    return this.#values[name] as boolean | undefined;
  }

  has(name: string): boolean {
    return this.switch(name) === true;
  }

  /** These arguments, with others in their place. */
  with(values: Readonly<Record<string, unknown>>): Arguments {
    return new Arguments({ ...this.#values, ...values }, this.operands);
  }

  /** These arguments, with others where they have none. */
  or(defaults: Readonly<Record<string, unknown>>): Arguments {
    const given = Object.entries(this.#values).filter(([, value]) => value !== undefined);
    return new Arguments({ ...defaults, ...Object.fromEntries(given) }, this.operands);
  }
}

const TRUE = new Set(['true', '1', 'yes', 'on']);
const FALSE = new Set(['false', '0', 'no', 'off']);

/** `--is_admin=true`, `--is_admin` and `--nois_admin` in the one form that `parseArgs` reads. */
const normalize = (argument: string, switches: ReadonlySet<string>): string => {
  const [, written = '', value] = /^--([^=]*)(?:=([^]*))?$/.exec(argument) ?? [];
  if (written === '') return argument;
  const name = written.replaceAll('_', '-');
  if (switches.has(name) && value !== undefined) {
    if (TRUE.has(value.toLowerCase())) return `--${name}`;
    if (FALSE.has(value.toLowerCase())) return `--no-${name}`;
    throw new WrongArguments(`argument --${name}: ${JSON.stringify(value)} is neither true nor false`);
  }
  if (name.startsWith('no') && switches.has(name.slice(2))) return `--no-${name.slice(2)}`;
  return `--${name}${value === undefined ? '' : `=${value}`}`;
};

const reasonOf = (error: unknown): string => {
  const { message } = error as Error;
  const unknown = /^Unknown option '([^']*)'/.exec(message)?.[1];
  return unknown === undefined ? (message.split('. ')[0] ?? message) : `unrecognized arguments: ${unknown}`;
};

/**
 * Reads a command's line.
 * @throws WrongArguments for options that do not exist, and values that are missing or wrong
 */
export const readArguments = (line: readonly string[], flags: readonly Flag[]): Arguments => {
  const switches = new Set(flags.filter(({ type }) => type === 'switch').map(({ name }) => name));
  const options: ParseArgsConfig['options'] = { help: { type: 'boolean', short: 'h' } };
  for (const { name, type } of flags) {
    options[name] = type === 'switch' ? { type: 'boolean' } : { type: 'string', multiple: type === 'texts' };
  }
  const end = line.indexOf('--');
  const args = line.map((argument, index) =>
    end >= 0 && index >= end ? argument : normalize(argument, switches),
  );
  let read;
  try {
    read = parseArgs({ args, options, allowPositionals: true, allowNegative: true });
  } catch (error) {
    throw new WrongArguments(reasonOf(error), { cause: error });
  }
  const values = read.values as Readonly<Record<string, unknown>>;
  for (const { name, choices } of flags) {
    const value = values[name];
    if (choices !== undefined && value !== undefined && !choices.includes(value as string)) {
      throw new WrongArguments(
        `argument --${name}: ${JSON.stringify(value)} is none of ${choices.join(', ')}`,
      );
    }
  }
  return new Arguments(values, read.positionals);
};
