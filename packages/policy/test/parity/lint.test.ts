import { expect, test } from 'vitest';
import { lintPolicy } from '../../src/analysis/lint.ts';
import { resolveGround, viewOfRules } from '../../src/migration/policy-of-text.ts';
import { defaultsOf, type ServiceName } from './services.ts';

/** What is wrong with the rules services ship, and nothing else. */
const KNOWN: Readonly<Record<ServiceName, readonly (readonly [rule: string, kind: string])[]>> = {
  glance: [],
  keystone: [
    ['identity:create_grant', 'redundant-operand'],
    ['identity:revoke_grant', 'redundant-operand'],
  ],
  nova: [
    ['context_is_admin', 'wrong-deprecated-name'],
    ['project_member_api', 'wrong-deprecated-name'],
    ['project_member_or_admin', 'wrong-deprecated-name'],
    ['project_reader_api', 'wrong-deprecated-name'],
    ['project_reader_or_admin', 'wrong-deprecated-name'],
  ],
};

test.each(Object.entries(KNOWN))(
  'the findings in the rules of %s are exactly the known defects',
  (service, known) => {
    const defaults = defaultsOf(service as ServiceName);
    const policy = viewOfRules(new Map(), resolveGround({ policies: defaults }));
    expect(lintPolicy({ policy, defaults }).map(({ rule, kind }) => [rule, kind])).toEqual(known);
  },
);
