import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CheckRegistry } from '../checks/registry.ts';
import { readDefaults } from '../documents/written-defaults.ts';
import type { RuleDefault } from '../rules/defaults.ts';
import { readYaml } from '../yaml/read.ts';
import type { Arguments } from './arguments.ts';
import { CommandFailure } from './command.ts';
import { readInput } from './input.ts';

/** What a service hands in: its registered rules, and its own kinds of checks. */
export interface Service {
  readonly name: string;
  readonly rules: readonly RuleDefault[];
  readonly checks: CheckRegistry | undefined;
}

/** Under which of its exports a module's rules are looked for, in this order. */
const EXPORTS = ['policies', 'rules', 'enforcer', 'default'];

const isObject = (value: unknown): value is Record<string, unknown> =>
  (typeof value === 'object' || typeof value === 'function') && value !== null;

const isIterable = (value: unknown): value is Iterable<unknown> =>
  isObject(value) && Symbol.iterator in value;

const isRule = (value: unknown): value is RuleDefault =>
  isObject(value) && typeof value.name === 'string' && 'checkStr' in value && 'scopeTypes' in value;

/** The rules in what a module exports: a list, an enforcer, or a function that returns either. */
const rulesIn = async (exported: unknown): Promise<Omit<Service, 'name'> | undefined> => {
  const value: unknown = typeof exported === 'function' ? await (exported as () => unknown)() : exported;
  if (!isObject(value)) return undefined;
  const { registeredRules, checks } = value;
  if (registeredRules instanceof Map) {
    return {
      rules: [...(registeredRules as Map<string, RuleDefault>).values()],
      checks: checks as CheckRegistry,
    };
  }
  if (!isIterable(value)) return undefined;
  const rules = [...value];
  return rules.every(isRule) ? { rules, checks: undefined } : undefined;
};

const importService = async (url: string, path: string, name: string): Promise<Omit<Service, 'name'>> => {
  let module: Record<string, unknown>;
  try {
    module = (await import(/* @vite-ignore */ url)) as Record<string, unknown>;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailure(`the module ${path} cannot be loaded: ${reason}`, { cause });
  }
  // A CommonJS module may only show its exports on the default one.
  const inner = isObject(module.default) ? module.default : {};
  const wanted = name === '' ? EXPORTS : [name];
  for (const key of wanted) {
    const found = (await rulesIn(module[key])) ?? (await rulesIn(inner[key]));
    const own = isObject(module.checks) ? module.checks : inner.checks;
    if (found !== undefined) {
      return { rules: found.rules, checks: found.checks ?? (own as CheckRegistry | undefined) };
    }
  }
  throw new CommandFailure(
    `${path} exports no list of rules as ${wanted.join(', ')}; name the export as in ${path}#policies`,
  );
};

/** A module by path, or by a name that is installed where the command runs. */
const locate = (path: string, directory: string): string => {
  const file = resolve(directory, path);
  if (existsSync(file) && statSync(file).isFile()) return file;
  const isName = !/^[./]/.test(path) && extname(path) !== '.json';
  try {
    if (isName) return createRequire(join(directory, 'package.json')).resolve(path);
  } catch {
    // Said below: it is neither a file nor a package.
  }
  throw new CommandFailure(`there is no module or file ${path}`);
};

/**
 * Loads the rules of a service.
 * @param place `PATH` or `PATH#EXPORT` of a module, or the path of a JSON or YAML file of rules
 * @throws CommandFailure when there is no such module, or no rules in it
 */
export const loadService = async (name: string, place: string, directory: string): Promise<Service> => {
  const [, path = '', exportName = ''] = /^([^#]*)(?:#(.*))?$/s.exec(place) ?? [];
  const file = locate(path, directory);
  if (/\.(?:json|ya?ml)$/.test(file)) {
    try {
      const text = readInput(file, directory);
      const value: unknown = file.endsWith('.json') ? JSON.parse(text) : readYaml(text).value;
      return { name, rules: readDefaults(value), checks: undefined };
    } catch (cause) {
      if (cause instanceof CommandFailure) throw cause;
      if (cause instanceof RangeError) throw cause;
      throw new CommandFailure(`${path}: ${(cause as Error).message}`, { cause });
    }
  }
  return { name, ...(await importService(pathToFileURL(file).href, path, exportName)) };
};

/** All services that a command line names, with `--policies PLACE` and `--namespace NAME=PLACE`. */
export const loadServices = async (given: Arguments, directory: string): Promise<Service[]> => {
  const places = given
    .texts('policies')
    .map((place) => ({ name: basename(place).replace(/[.#].*$/, ''), place }));
  for (const namespace of given.texts('namespace')) {
    const [, name = '', place] = /^([^=]+)(?:=(.+))?$/s.exec(namespace) ?? [];
    if (place === undefined) {
      throw new CommandFailure(
        `unknown namespace ${JSON.stringify(namespace)}: say where its policies are, as in --namespace ${name === '' ? 'NAME' : name}=./dist/policies.js`,
      );
    }
    places.push({ name, place });
  }
  const services: Service[] = [];
  for (const { name, place } of places) services.push(await loadService(name, place, directory));
  return services;
};
