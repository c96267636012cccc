// What users of this package rely on beyond its types; `release-notes check` records it and finds what changed.
const RULES = {
  always: '@',
  never: '!',
  empty: '',
  role: 'role:Admin',
  owner: 'project_id:%(project_id)s',
  both: 'role:member and project_id:%(project_id)s',
  either: 'role:admin or (role:member and not user_id:%(user_id)s)',
  reference: 'rule:owner and not rule:role',
  literal: "'public':%(visibility)s",
  truth: 'True:%(enabled)s',
  nested: 'user.id:u1',
};
const CALLERS = {
  nobody: {},
  admin: { roles: ['admin'], project_id: 'p0', user_id: 'u0' },
  member: { roles: ['Member'], project_id: 'p1', user_id: 'u1', user: { id: 'u1' } },
};
const TARGETS = {
  nothing: {},
  own: { project_id: 'p1', user_id: 'u1' },
  public: { visibility: 'public', enabled: true },
};
const TEXTS = [
  'role:a and',
  'nonsense',
  '(role:a',
  'role:a or or role:b',
  'not not role:a',
  'role:a AND role:b',
  '"role:a"',
];

export const behaviours = [
  {
    name: 'decision',
    breaks: 'Any input is decided otherwise than before.',
    observe: async (load) => {
      const { Enforcer } = await load('.');
      const facts = {};
      for (const compat of [undefined, 'oslo']) {
        const enforcer = new Enforcer({
          useConf: false,
          rules: RULES,
          ...(compat === undefined ? {} : { compat }),
        });
        for (const rule of [...Object.keys(RULES), 'unknown']) {
          for (const [caller, credentials] of Object.entries(CALLERS)) {
            for (const [name, target] of Object.entries(TARGETS)) {
              let decided;
              try {
                decided = enforcer.enforce(rule, { ...target }, { ...credentials });
              } catch (error) {
                decided = String(error.code ?? error.name);
              }
              facts[`${compat ?? 'strict'}: ${rule}, ${caller}, ${name}`] = decided;
            }
          }
        }
        enforcer.close();
      }
      return facts;
    },
  },
  {
    name: 'rule',
    breaks: 'A rule that could be read is refused, or is read as another one.',
    observe: async (load) => {
      const { formatCheck, parseRule } = await load('.');
      const read = (text) => {
        try {
          const parsed = parseRule(text);
          return formatCheck(parsed.check ?? parsed);
        } catch (error) {
          return String(error.code ?? error.name);
        }
      };
      return Object.fromEntries(
        [...Object.values(RULES), ...TEXTS].map((text) => [JSON.stringify(text), read(text)]),
      );
    },
  },
  {
    name: 'default',
    breaks: 'An option that is not given means something else.',
    observe: async (load) => {
      const { resolvePolicyOptions } = await load('.');
      const resolved = Object.entries(resolvePolicyOptions({ useConf: false }));
      return Object.fromEntries(
        resolved.filter(
          ([, value]) => value === null || ['string', 'number', 'boolean'].includes(typeof value),
        ),
      );
    },
  },
];
