import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deprecatedRule, Enforcer, ruleDefault, type Credentials, type Target } from '@oslofjord/policy';
import type { FastifyInstance } from 'fastify';

/** The services whose policies are loaded where Debian's packages of them are installed. */
export const REAL_SERVICES = ['nova', 'keystone', 'glance'] as const;

/** A decision that the Python original made on the policies of one of {@link REAL_SERVICES}. */
export interface RecordedDecision {
  readonly service: string;
  readonly rule: string;
  readonly target: Target;
  readonly credentials: Credentials;
  /** Whether the original was asked to raise on a denial. */
  readonly doRaise: boolean;
  /** What it answered, or the class of what it raised. */
  readonly expected: boolean | string;
}

interface ListedRule {
  name: string;
  checkStr: string;
  scopeTypes: string[] | null;
  deprecatedRule: {
    name: string;
    checkStr: string;
    deprecatedReason: string;
    deprecatedSince: string;
  } | null;
}

const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Enforcers on the policies that installed OpenStack services register, by service; empty where none is installed. They
 * decide as the original does, traps included.
 */
export const loadRealPolicies = async (): Promise<ReadonlyMap<string, Enforcer>> => {
  let listed: Record<string, ListedRule[]>;
  try {
    const { stdout } = await promisify(execFile)(
      '/usr/bin/python3',
      [beside('../src/list_policies.py'), ...REAL_SERVICES],
      { maxBuffer: 2 ** 24 },
    );
    listed = JSON.parse(stdout) as Record<string, ListedRule[]>;
  } catch {
    return new Map();
  }
  return new Map(
    Object.entries(listed).map(([service, rules]) => {
      const policies = rules.map(({ name, checkStr, scopeTypes, deprecatedRule: old }) =>
        ruleDefault({
          name,
          checkStr,
          ...(scopeTypes === null ? {} : { scopeTypes }),
          ...(old === null ? {} : { deprecatedRule: deprecatedRule(old) }),
        }),
      );
      return [
        service,
        new Enforcer({ policies, compat: 'oslo', policyFile: '/nonexistent', policyDirs: [] }),
      ];
    }),
  );
};

/** The decisions of the original that come with this service. */
export const recordedDecisions = async (): Promise<RecordedDecision[]> =>
  (await readFile(beside('../recorded/decisions.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedDecision);

/** What the Python original calls an error: the same, without `Error` at the end. */
const nameInOslo = (error: unknown): string =>
  error instanceof Error ? error.name.replace(/Error$/, '') : String(error);

const DECISION_BODY = {
  type: 'object',
  required: ['rule', 'target', 'credentials'],
  properties: { rule: { type: 'string' }, target: { type: 'object' }, credentials: { type: 'object' } },
} as const;

/** Adds `POST /tour/policies/:service/decisions`, which decides on a real service's policies. */
export const serveDecisions = (app: FastifyInstance, enforcers: ReadonlyMap<string, Enforcer>): void => {
  app.post<{ Params: { service: string }; Body: Omit<RecordedDecision, 'service' | 'expected'> }>(
    '/tour/policies/:service/decisions',
    { schema: { body: DECISION_BODY } },
    (request, reply) => {
      const enforcer = enforcers.get(request.params.service);
      if (enforcer === undefined) {
        return reply
          .status(404)
          .send({ title: 'Not found', detail: 'The policies of that service are not loaded' });
      }
      const { rule, target, credentials, doRaise } = request.body;
      if (!doRaise) return reply.send({ decision: enforcer.enforce(rule, target, credentials) });
      try {
        enforcer.authorize(rule, target, credentials);
        return reply.send({ decision: true });
      } catch (error) {
        return reply.send({ decision: nameInOslo(error) });
      }
    },
  );
};
