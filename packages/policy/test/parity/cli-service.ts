/** The service and the files that the recorded command lines ran on, as far as their output shows them. */

/** The rules of the namespace `polsvc`, as `readDefaults` reads them. */
export const polsvc: readonly Record<string, unknown>[] = [
  { name: 'admin_required', check_str: 'role:admin' },
  {
    name: 'member_or_admin',
    check_str: 'rule:admin_required or role:member',
    description: 'Members\n\nand admins\n\n  literal block  here\n  x\n\nend.',
  },
  {
    name: 'svc:get',
    check_str: 'rule:member_or_admin',
    description: 'Get a thing.',
    operations: [
      { method: 'GET', path: '/things/{id}' },
      { method: ['HEAD', 'OPTIONS'], path: '/things/{id}' },
    ],
    scope_types: ['system', 'project'],
    deprecated_rule: {
      name: 'svc:old_get',
      check_str: 'role:member or role:reader',
      deprecated_since: 'V',
      deprecated_reason: 'Secure RBAC.',
    },
  },
  {
    name: 'svc:list',
    check_str: 'rule:admin_required',
    description: 'List things. ' + 'This text is long enough to be wrapped at seventy columns. '.repeat(2),
    operations: [{ method: 'GET', path: '/things' }],
    deprecated_rule: {
      name: 'svc:list',
      check_str: 'rule:old_admin',
      deprecated_since: 'W',
      deprecated_reason:
        'Defaults tightened for a much longer reason than seventy columns so that the wrapping shows up here.',
    },
  },
  {
    name: 'svc:gone',
    check_str: '!',
    description: 'Removed.',
    operations: [{ method: 'PUT', path: '/gone' }],
    deprecated_for_removal: true,
    deprecated_since: 'X',
    deprecated_reason: 'Nobody used it.',
  },
  { name: 'svc:any', check_str: '' },
  { name: 'svc:quote', check_str: "user_id:'a\"b'", scope_types: [] },
];

/** `poltwo`: one old rule that became two. */
export const poltwo: readonly Record<string, unknown>[] = ['svc:new1', 'svc:new2'].map((name) => ({
  name,
  check_str: 'role:admin',
  deprecated_rule: {
    name: 'svc:old',
    check_str: 'role:member',
    deprecated_since: 'V',
    deprecated_reason: 'Split.',
  },
}));

const bad = `admin_required: role:admin
svc:get: rule:member_or_admin and role:x
svc:old_get: role:zzz
svc:gone: role:admin
svc:unknown: role:foo
bad: role:a role:b
cyc: rule:cyc
undef: rule:nope
`;

const conf = (policyFile: string, more = ''): string => `[oslo_policy]\npolicy_file = ${policyFile}\n${more}`;

const token = (more: Record<string, unknown>): string =>
  JSON.stringify({
    token: {
      methods: ['password'],
      roles: [{ id: 'r1', name: 'member' }],
      user: { id: 'u1', name: 'alice', domain: { id: 'default', name: 'Default' } },
      ...more,
    },
  });

/** Every file by its path. */
export const files: Readonly<Record<string, string>> = {
  'polsvc.json': JSON.stringify(polsvc),
  'poltwo.json': JSON.stringify(poltwo),
  'gen.conf': '[DEFAULT]\nnamespace = polsvc=polsvc.json\noutput_file = gen.out\n',
  'ok.conf': conf('ok.yaml'),
  'ok.yaml': 'admin_required: role:admin\nsvc:any: "@"\nsvc:get: role:admin\n',
  'bad.conf': conf('policy-bad.yaml'),
  'policy-bad.yaml': bad,
  'missing.conf': conf('missing.yaml'),
  'upgrade.yaml': bad,
  'two.yaml': '# the old one\nsvc:old: role:operator\n',
  'policy.json': JSON.stringify({
    admin_required: 'role:admin',
    'svc:get': 'role:custom',
    'svc:any': '@',
    'svc:quote': 'role:"q"',
    'svc:old_get': 'role:member or role:reader',
    extra: 'rule:x',
  }),
  'chk.yaml': `a:b: "@"
a:c: project_id:%(project_id)s
a:e: "!"
a:f: is_admin:True
a:g: not role:nobody
a:h: system_scope:all
a:i: role:nobody
a:j: "'red':%(thing.colour)s"
plain: "@"
`,
  'auth_v3_token_member.json': token({ project: { id: 'p1', name: 'demo' } }),
  'auth_v3_token_system_admin.json': token({ system: { all: true } }),
  'target.json': JSON.stringify({ project_id: 'p2', thing: { colour: 'red' } }),
  'sparse.yaml': 'svc:get: rule:member_or_admin\n',
  'boom.yaml': 'a:one: user.0:x\na:two: http:%(zz)s\nsvc:cyc: rule:svc:cyc\n',
  'typos.conf': conf('typos.yaml'),
  'typos.yaml': `svc:get: not typo
svc:list: typo and role:x
svc:gone: unknownkind:x and user.0:x
svc:any:
svc:quote: no
`,
  'dirs.conf': conf('dirs.yaml', 'policy_dirs = dirs.d\n'),
  'dirs.yaml': 'svc:get: role:admin\n',
  'dirs.d/a.yaml': 'svc:get: "!"\n',
  'old-defaults.conf': conf('old.yaml', 'enforce_new_defaults = false\n'),
  'old.yaml': '{}\n',
  'domain.yaml': 'a:domain: domain_id:d1\n',
  'auth_v3_token_domain.json': token({ domain: { id: 'd1', name: 'Default' } }),
  'scoped.yaml': 'svc:get: "@"\n',
  'sub/s.conf': conf('p.yaml'),
  'sub/p.yaml': 'svc:get: role:admin\n',
};
