import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { where, type RowFilter } from '../../src/filters.ts';
import { Enforcer, type Credentials } from '../../src/index.ts';

/** A row of the table that filters are tried on: a target, every key of which is a column. */
export interface Row {
  readonly id: number;
  readonly project_id: string | null;
  readonly user_id: string | null;
  readonly visibility: string | null;
}

const PROJECTS = ['p1', 'p2', 'P1', 'p1 ', '', 'None', "it's", 'p%', null];
const USERS = ['u1', 'u2', 'None', null];
const VISIBILITIES = ['public', 'private', 'True', null];

/** Every combination of these values, nulls included. */
export const rows: readonly Row[] = PROJECTS.flatMap((project_id) =>
  USERS.flatMap((user_id) => VISIBILITIES.map((visibility) => ({ project_id, user_id, visibility }))),
).map((row, index) => ({ id: index + 1, ...row }));

/** Rules beside those of real services: with `not`, lists, literals and parts of texts. */
export const RULES: Readonly<Record<string, string>> = {
  not: 'not project_id:%(project_id)s',
  'not-or':
    "not (role:reader and (project_id:%(project_id)s or 'public':%(visibility)s)) and not user_id:%(user_id)s",
  null: 'None:%(project_id)s',
  'not-null': 'not None:%(project_id)s and not None:%(user_id)s',
  literal: "'public':%(visibility)s or 'private':%(visibility)s",
  boolean: 'True:%(visibility)s',
  list: 'projects:%(project_id)s',
  'not-list': 'not projects:%(project_id)s',
  part: 'path:/%(project_id)s/x',
  missing: 'project_id:%(nothing)s or user_id:%(user_id)s',
  known: 'project_id:%(fixed)s and not user_id:%(user_id)s',
  empty: "'':%(project_id)s",
};

/** Callers with every set of roles, in projects whose names are hard to compare. */
export const callers: readonly Credentials[] = ['p1', 'P1', 'None', "it's", null].flatMap(
  (project_id, index) =>
    [[], ['reader'], ['member', 'reader'], ['admin', 'member', 'reader']].map((roles) => ({
      roles,
      project_id,
      user_id: index % 2 === 0 ? 'u1' : null,
      projects: ['p2', project_id],
      path: `/${String(project_id)}/x`,
      is_admin: roles.includes('admin'),
      system_scope: null,
      domain_id: null,
    })),
);

/** A rule to filter by, in the policy it belongs to. */
export interface Case {
  readonly enforcer: Enforcer;
  readonly rule: string;
}

const COLUMNS = { project_id: 'project_id', user_id: 'user_id', visibility: 'visibility' };
/** The target's values that all rows share. */
const VALUES = { fixed: 'p1' };

/** The target that a row is. */
export const targetOf = ({ id: _, ...row }: Row): Record<string, unknown> => ({ ...VALUES, ...row });

/** The filter of a case for a caller. */
export const filterOf = ({ enforcer, rule }: Case, caller: Credentials): RowFilter =>
  where(enforcer, rule, caller, { columns: COLUMNS, values: VALUES });

/** What the filter must let through: the rows for which `enforce` allows, by id. */
export const allowedRows = ({ enforcer, rule }: Case, caller: Credentials): number[] =>
  rows.filter((row) => enforcer.enforce(rule, targetOf(row), { ...caller })).map(({ id }) => id);

const policyOf = (rules: Record<string, string>): Enforcer => {
  const enforcer = new Enforcer({ compat: 'oslo', useConf: false });
  enforcer.setRules(rules);
  return enforcer;
};

/** The rules above, and the rules that real services register, one of each distinct check. */
export const cases = (): Case[] => {
  const text = gunzipSync(
    readFileSync(new URL('../parity/recorded/sessions.jsonl.gz', import.meta.url)),
  ).toString();
  const own = policyOf(RULES);
  const found: Case[] = Object.keys(RULES).map((rule) => ({ enforcer: own, rule }));
  for (const line of text.trimEnd().split('\n')) {
    const { session, defaults = [] } = JSON.parse(line) as Session;
    if (!session.endsWith('/new')) continue;
    const checks = new Map(defaults.map(({ name, check_str: check }) => [check, name]));
    const enforcer = policyOf(
      Object.fromEntries(defaults.map(({ name, check_str: check }) => [name, check])),
    );
    for (const rule of checks.values()) found.push({ enforcer, rule });
  }
  return found;
};

interface Session {
  readonly session: string;
  readonly defaults?: readonly { readonly name: string; readonly check_str: string }[];
}
