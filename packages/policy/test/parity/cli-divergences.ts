/** A command line that deliberately answers otherwise than Oslo's. */
export interface CliDivergence {
  readonly key: string;
  readonly reason: string;
  /** Where Oslo does it: file and function of 6.0.0. */
  readonly evidence: string;
  /** The command line: a recorded one, unless `oslo` says what it answers. */
  readonly command: string;
  /** What Oslo answers to a command line that was not recorded. */
  readonly oslo?: { readonly exitCode: number; readonly output: readonly string[] };
  /** Lines of Oslo's output that are missing here. */
  readonly removed?: readonly string[];
  /** Lines of ours that Oslo does not have. */
  readonly added?: readonly string[];
  /** The status here, where it differs. */
  readonly exitCode?: number;
}

const SAMPLE = 'oslopolicy-sample-generator --namespace polsvc';
const CONVERT = 'oslopolicy-convert-json-to-yaml --namespace polsvc';

const inSamples = (
  key: string,
  reason: string,
  evidence: string,
  lines: Pick<CliDivergence, 'removed' | 'added'>,
  commands: readonly string[] = [SAMPLE, `${SAMPLE} --exclude-deprecated`],
): CliDivergence[] => commands.map((command) => ({ key, reason, evidence, command, ...lines }));

const METHODS = {
  removed: ["# ['HEAD', 'OPTIONS']  /things/{id}"],
  added: ['# HEAD  /things/{id}', '# OPTIONS  /things/{id}'],
};

const format = 'generator.py _format_rule_default_yaml';

/** Every difference between the command lines and Oslo's, each with a command that shows it. */
export const cliDivergences: readonly CliDivergence[] = [
  ...inSamples('sample-escapes', 'A quote in a rule makes the line invalid YAML.', `${format}: no escaping`, {
    removed: ['#"svc:quote": "user_id:\'a"b\'"'],
    added: ['#"svc:quote": "user_id:\'a\\"b\'"'],
  }),
  ...inSamples(
    'sample-methods',
    'A list of methods is printed as Python writes lists.',
    `${format}: %(method)s of a list`,
    METHODS,
    [SAMPLE, `${SAMPLE} --exclude-deprecated`, `${CONVERT} --policy-file policy.json`],
  ),
  ...inSamples(
    'sample-empty-scopes',
    'A rule for any scope has no line that names none.',
    `${format}: scope_types is not None`,
    { removed: ['# Intended scope(s): '] },
    [SAMPLE, `${SAMPLE} --exclude-deprecated`, `${CONVERT} --policy-file policy.json`],
  ),
  {
    key: 'unknown-namespace',
    reason: 'A service that is not there is an error, not an empty sample.',
    evidence: 'generator.py get_policies_dict: stevedore only logs',
    command: 'oslopolicy-sample-generator --namespace nosuch',
    exitCode: 1,
  },
  ...['ok.conf', 'bad.conf'].map((conf) => ({
    key: 'policy-escapes',
    reason: 'A quote in a rule makes the line invalid YAML.',
    evidence: `${format}: no escaping`,
    command: `oslopolicy-policy-generator --namespace polsvc --config-file ${conf}`,
    removed: ['"svc:quote": "user_id:\'a"b\'"'],
    added: ['"svc:quote": "user_id:\'a\\"b\'"'],
  })),
  {
    key: 'effective-policy',
    reason: 'The policy in force holds what old defaults still allow; a file without it would deny more.',
    evidence: 'generator.py _generate_policy: registered rules by their own check_str',
    command: 'oslopolicy-policy-generator --namespace polsvc --config-file old-defaults.conf',
    oslo: {
      exitCode: 0,
      output: [
        '"admin_required": "role:admin"',
        '"member_or_admin": "rule:admin_required or role:member"',
        '"svc:get": "rule:member_or_admin"',
        '"svc:list": "rule:admin_required"',
        '"svc:gone": "!"',
        '"svc:any": ""',
        '"svc:quote": "user_id:\'a\\"b\'"',
      ],
    },
    removed: ['"svc:get": "rule:member_or_admin"', '"svc:list": "rule:admin_required"'],
    added: [
      '"svc:get": "rule:member_or_admin or (role:member or role:reader)"',
      '"svc:list": "rule:admin_required or rule:old_admin"',
    ],
  },
  {
    key: 'missing-file-is-silent',
    reason: 'Nothing redundant in a file that is not there is no answer.',
    evidence: 'generator.py _list_redundant',
    command: 'oslopolicy-list-redundant --namespace polsvc --config-file missing.conf',
    exitCode: 1,
  },
  {
    key: 'upgrade-comments',
    reason:
      'Comments and order are an operator’s work, and an explicit rule under the new name is a decision.',
    evidence:
      'generator.py upgrade_policy: yaml.safe_dump; _upgrade_policies: policies[new] = policies.pop(old)',
    command: 'oslopolicy-policy-upgrade --namespace polsvc --policy policy.yaml',
    removed: ['svc:get: role:zzz'],
    added: ['svc:get: rule:member_or_admin and role:x', '#svc:old_get: role:zzz'],
  },
  {
    key: 'upgrade-splits',
    reason: 'An old rule that became several gives its value to all of them.',
    evidence: 'generator.py _upgrade_policies: pops the old name once per new one, KeyError',
    command: 'oslopolicy-policy-upgrade --namespace poltwo --policy two.yaml',
    added: ['# the old one', 'svc:new1: role:operator', 'svc:new2: role:operator'],
    exitCode: 0,
  },
  {
    key: 'convert-escapes',
    reason: 'A quote in a rule makes the line invalid YAML.',
    evidence: `${format}: no escaping`,
    command: `${CONVERT} --policy-file policy.json`,
    removed: ['"svc:quote": "role:"q""'],
    added: ['"svc:quote": "role:\\"q\\""'],
  },
  {
    key: 'convert-yaml',
    reason: 'What is YAML already is put in the same form.',
    evidence: 'generator.py _convert_policy_json_to_yaml: jsonutils.loads',
    command: `${CONVERT} --policy-file ok.yaml`,
    added: [
      '# admin_required',
      '#"admin_required": "role:admin"',
      '',
      '# Get a thing.',
      '# GET  /things/{id}',
      '# HEAD  /things/{id}',
      '# OPTIONS  /things/{id}',
      '# Intended scope(s): system, project',
      '"svc:get": "role:admin"',
      '',
      '# svc:any',
      '#"svc:any": "@"',
      '',
    ],
    exitCode: 0,
  },
  {
    key: 'switch-values',
    reason: 'The documentation of Oslo writes --is_admin=true.',
    evidence: 'argparse: a switch takes no value',
    command:
      'oslopolicy-checker --policy chk.yaml --access auth_v3_token_member.json --is_admin=true --rule a:f',
    added: ['passed: a:f'],
    exitCode: 0,
  },
  {
    key: 'checker-status',
    reason: 'A script must see that a rule was denied or could not be decided.',
    evidence: 'shell.py main: always 0',
    command: 'oslopolicy-checker --policy boom.yaml --access auth_v3_token_member.json',
    removed: [
      'invalid syntax (<unknown>, line 1)',
      "'NoneType' object has no attribute 'oslo_policy'",
      'unsupported callable',
    ],
    added: ['invalid syntax at ".0"', "'zz'", 'rules refer to each other without end, or nest too deeply'],
    exitCode: 1,
  },
  {
    key: 'checker-status',
    reason: 'A script must see that a rule was denied or could not be decided.',
    evidence: 'shell.py main: always 0',
    command: 'oslopolicy-checker --policy chk.yaml --access auth_v3_token_member.json --rule a:e',
    oslo: { exitCode: 0, output: ['failed: a:e'] },
    exitCode: 1,
  },
  {
    key: 'checker-defaults',
    reason: 'A file with overrides only, as recommended, is read together with the registered rules.',
    evidence: 'shell.py tool: Rules.load of the file alone',
    command:
      'oslopolicy-checker --namespace polsvc --policy sparse.yaml --access auth_v3_token_member.json --rule svc:get',
    oslo: { exitCode: 2, output: [] },
    added: ['passed: svc:get'],
    exitCode: 0,
  },
  {
    key: 'checker-scope',
    reason: 'A token of the wrong scope is denied, as by the service.',
    evidence: 'shell.py _try_rule: calls the check itself',
    command:
      'oslopolicy-checker --namespace polsvc --policy scoped.yaml --access auth_v3_token_domain.json --rule svc:get',
    oslo: { exitCode: 0, output: ['passed: svc:get'] },
    removed: ['passed: svc:get'],
    added: ['failed: svc:get'],
    exitCode: 1,
  },
  {
    key: 'domain-scope',
    reason: 'A domain-scoped token has a domain_id.',
    evidence: 'shell.py tool: only project and system are looked at',
    command: 'oslopolicy-checker --policy domain.yaml --access auth_v3_token_domain.json',
    oslo: { exitCode: 0, output: ['failed: a:domain'] },
    removed: ['failed: a:domain'],
    added: ['passed: a:domain'],
  },
  {
    key: 'validator-overlooks',
    reason: 'Typos below not, kinds that raise and values that allow everybody are what a validator is for.',
    evidence: 'generator.py _validate_policy: only rules that became ! as a whole',
    command: 'oslopolicy-validator --namespace polsvc --config-file typos.conf',
    added: [
      '$DIR/typos.yaml:1: "svc:get": check "typo" has no colon; write kind:match, for instance role:admin',
      '$DIR/typos.yaml:2: "svc:list": check "typo" has no colon; write kind:match, for instance role:admin',
      '$DIR/typos.yaml:3: "svc:gone": check user.0:x fails for every request: user.0 is neither a name nor a literal (invalid syntax at ".0")',
      '$DIR/typos.yaml:4: "svc:any": the rule has no value, which Oslo takes as allow; write "@" to allow, "!" to deny, in quotes',
      '$DIR/typos.yaml:5: "svc:quote": the rule is the bool "False", not text; write "@" to allow, "!" to deny, in quotes',
    ],
    exitCode: 1,
  },
  {
    key: 'validator-policy-dirs',
    reason: 'A rule of a policy directory is not judged by the text the main file has for it.',
    evidence: 'generator.py _validate_policy: unparsed_policies of the main file',
    command: 'oslopolicy-validator --namespace polsvc --config-file dirs.conf',
    removed: ['Failed to parse rule: role:admin'],
    exitCode: 0,
  },
  {
    key: 'validator-directory',
    reason: 'The file is found where the configuration says, also for the second reading.',
    evidence: 'generator.py _validate_policy: open(cfg.CONF.oslo_policy.policy_file)',
    command: 'oslopolicy-validator --namespace polsvc --config-file sub/s.conf',
    exitCode: 0,
  },
];
