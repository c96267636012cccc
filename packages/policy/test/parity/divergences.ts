/** A place where the default mode deliberately answers otherwise than oslo.policy; `compat: 'oslo'` does not. */
export interface Divergence {
  readonly key: string;
  readonly reason: string;
  /** Where oslo.policy does it: file and function of 6.0.0. */
  readonly evidence: string;
  /** A request of the parity protocol that shows it. */
  readonly request: unknown;
  /** What oslo.policy answers; of an error only its type. */
  readonly oslo: unknown;
  /** What the default mode answers; of an error its type, and of a refused policy its problems. */
  readonly ours: unknown;
}

const ALLOWED = { result: true };
const DENIED = { result: false };

const refused = (message: string, line: number | undefined = 1, column = 4): unknown => ({
  error: {
    type: 'PolicyLoadError',
    issues: [{ file: '$DIR/policy.yaml', line, column, rule: 'a', message }],
  },
});

const NO_VALUE = 'write "@" to allow, "!" to deny, in quotes';

const inFile = (text: string, more: Record<string, unknown> = {}): unknown => ({
  files: { 'policy.yaml': text },
  rule: 'a',
  creds: { roles: ['reader'] },
  target: {},
  ...more,
});

const parser = '_parser.py parse_rule, _parse_list_rule: a false value of any type is TrueCheck';

/** Every difference between the default mode and oslo.policy, each with a request that shows it. */
export const divergences: readonly Divergence[] = [
  {
    key: 'null-value-allows',
    reason: 'A rule whose value was forgotten must not open the operation to everyone.',
    evidence: parser,
    request: inFile('a:\n'),
    oslo: ALLOWED,
    ours: refused(`the rule has no value, which Oslo takes as allow; ${NO_VALUE}`, 1, 2),
  },
  {
    key: 'false-value-allows',
    reason: 'An operator who writes false or no means to deny.',
    evidence: parser,
    request: inFile('a: no\n'),
    oslo: ALLOWED,
    ours: refused(`the rule is the bool "False", not text; ${NO_VALUE}`),
  },
  {
    key: 'zero-allows',
    reason: 'A number is no rule; whoever wrote it meant something else than allowing everyone.',
    evidence: parser,
    request: inFile('a: 0\n'),
    oslo: ALLOWED,
    ours: refused(`the rule is the int "0", not text; ${NO_VALUE}`),
  },
  {
    key: 'unquoted-bang-allows',
    reason: 'An unquoted ! is a YAML tag and leaves an empty value: the rule meant to deny would allow.',
    evidence: parser,
    request: inFile('a: !\n'),
    oslo: ALLOWED,
    ours: refused(`the rule has no value, which Oslo takes as allow; ${NO_VALUE}`),
  },
  {
    key: 'mapping-value',
    reason: 'The keys of a mapping are no rule; an empty mapping would allow.',
    evidence: parser,
    request: inFile('a: {}\n'),
    oslo: ALLOWED,
    ours: refused(`the rule is a dict, not text or a list; ${NO_VALUE}`),
  },
  {
    key: 'missing-colon-below-not',
    reason: 'A misspelt check denies, so its opposite allows everyone.',
    evidence: '_parser.py _parse_check: a check without a colon is FalseCheck and a line in the log',
    request: inFile('a: not admin\n'),
    oslo: ALLOWED,
    ours: refused('check "admin" has no colon; write kind:match, for instance role:admin'),
  },
  {
    key: 'unreadable-rule',
    reason: 'A rule that cannot be read denies silently, and where it is referred to below not it allows.',
    evidence: '_parser.py parse_rule: a rule that does not reduce is FalseCheck and a line in the log',
    request: inFile('a: role:x role:y\n'),
    oslo: DENIED,
    ours: refused(
      'rule cannot be read near "role:y"; join checks with and, or, not as separate words and close every parenthesis',
    ),
  },
  {
    key: 'undefined-rule-below-not',
    reason: 'A reference to a rule that does not exist denies, so its opposite allows everyone.',
    evidence: '_checks.py RuleCheck.__call__; policy.py Enforcer._undefined_check does not look below not',
    request: inFile('a: not rule:typo\n'),
    oslo: ALLOWED,
    ours: refused('rule:typo is not defined'),
  },
  {
    key: 'undefined-rule',
    reason: 'A reference to a rule that does not exist is a mistake; the operator should hear of it at once.',
    evidence: 'policy.py Enforcer.check_rules: a line in the log',
    request: inFile('a: rule:typo or role:reader\n'),
    oslo: ALLOWED,
    ours: refused('rule:typo is not defined'),
  },
  {
    key: 'cycle-behind-short-circuit',
    reason: 'A cycle fails only for the requests that reach it.',
    evidence: 'policy.py Enforcer.check_rules: a line in the log',
    request: inFile('a: role:reader or rule:a\n'),
    oslo: ALLOWED,
    ours: refused('the rule refers to itself: a -> a'),
  },
  {
    key: 'cycle-below-not',
    reason: 'A cycle below not is not even logged, and every request fails.',
    evidence: 'policy.py Enforcer._cycle_check does not look below not',
    request: inFile('a: not rule:a\n'),
    oslo: { error: { type: 'RecursionError' } },
    ours: refused('the rule refers to itself: a -> a'),
  },
  {
    key: 'kind-that-raises',
    reason: 'A kind that is neither a name nor a literal fails every request that reaches it.',
    evidence: '_checks.py GenericCheck.__call__: only ValueError of ast.literal_eval is caught',
    request: inFile('a: user.class:x\n'),
    oslo: { error: { type: 'SyntaxError' } },
    ours: refused(
      'check user.class:x fails for every request: user.class is neither a name nor a literal (invalid syntax at "class")',
    ),
  },
  {
    key: 'stray-percent',
    reason: 'A match that does not format fails every request that reaches it.',
    evidence: '_checks.py RoleCheck.__call__: only KeyError of the format is caught',
    request: inFile('a: role:100%\n'),
    oslo: { error: { type: 'ValueError' } },
    ours: refused('check role:100% fails for every request: incomplete format; write %% for a percent sign'),
  },
  {
    key: 'quoted-match',
    reason:
      'The documentation shows quotes around a value, but they are compared, too: the rule never matches.',
    evidence: '_checks.py GenericCheck.__call__: the match is used as it is written',
    request: inFile("a: user_id:'u'\n", { creds: { user_id: "'u'" } }),
    oslo: ALLOWED,
    ours: refused("check user_id:'u' compares with the quotes; write user_id:u"),
  },
  {
    key: 'broken-file',
    reason: 'What is wrong with a file is told with its place, and for all files and rules at once.',
    evidence: 'policy.py parse_file_contents: ValueError for the first problem',
    request: inFile('a: @\n'),
    oslo: { error: { type: 'ValueError' } },
    ours: {
      error: {
        type: 'PolicyLoadError',
        issues: [
          { file: '$DIR/policy.yaml', line: 1, column: 4, message: 'character "@" cannot start any token' },
        ],
      },
    },
  },
  {
    key: 'file-without-rules',
    reason: 'A list or a text in place of a mapping is told as what it is.',
    evidence: 'policy.py Rules.load: AttributeError',
    request: inFile('- a\n'),
    oslo: { error: { type: 'AttributeError' } },
    ours: {
      error: {
        type: 'PolicyLoadError',
        issues: [{ file: '$DIR/policy.yaml', message: 'a policy file maps names to rules, this is a list' }],
      },
    },
  },
  {
    key: 'rule-name-not-text',
    reason: 'A name that YAML takes for a number or truth value is never found.',
    evidence: 'policy.py Rules.load: keys stay what YAML makes of them',
    request: inFile('a: "@"\nyes: "!"\n'),
    oslo: ALLOWED,
    ours: {
      error: {
        type: 'PolicyLoadError',
        issues: [
          {
            file: '$DIR/policy.yaml',
            rule: 'True',
            message: 'the name of the rule is a bool; put it in quotes',
          },
        ],
      },
    },
  },
  {
    key: 'file-gone',
    reason: 'A file that vanishes while the service runs would silently take the overrides with it.',
    evidence: '_cache_handler.py read_cached_file: a missing file reads as empty',
    request: {
      op: 'steps',
      files: { 'policy.yaml': 'a: "!"\n' },
      defaults: [{ name: 'a', check_str: '@' }],
      steps: [
        { enforce: { rule: 'a', creds: {} } },
        { write: { 'policy.yaml': null } },
        { load_rules: true },
        { enforce: { rule: 'a', creds: {} } },
      ],
    },
    oslo: { result: [DENIED, {}, {}, ALLOWED] },
    ours: {
      result: [
        DENIED,
        {},
        {
          error: {
            type: 'PolicyLoadError',
            issues: [
              {
                file: '$DIR/policy.yaml',
                message: 'the policy file is gone; empty it to go back to the defaults',
              },
            ],
          },
        },
        DENIED,
      ],
    },
  },
  {
    key: 'backup-in-policy-directory',
    reason: 'The backup an editor leaves in a policy directory must not take part in decisions.',
    evidence: 'policy.py Enforcer._walk_through_policy_directory: every file but hidden ones',
    request: { files: { 'policy.d/b.yaml~': 'a: "@"\n' }, rule: 'a', creds: {} },
    oslo: ALLOWED,
    ours: DENIED,
  },
  {
    key: 'same-time-other-content',
    reason: 'What a file holds decides whether it changed, not its time.',
    evidence: '_cache_handler.py read_cached_file: a file is read again only when its time is later',
    request: {
      op: 'steps',
      files: { 'policy.yaml': { text: 'a: "@"\n', mtime: 1600000000 } },
      steps: [
        { enforce: { rule: 'a', creds: {} } },
        { write: { 'policy.yaml': { text: 'a: "!"\n', mtime: 1600000000 } } },
        { reload: true },
        { enforce: { rule: 'a', creds: {} } },
      ],
    },
    oslo: { result: [ALLOWED, {}, {}, ALLOWED] },
    ours: { result: [ALLOWED, {}, {}, DENIED] },
  },
  {
    key: 'credentials-are-changed',
    reason: "The caller's credentials belong to the caller.",
    evidence: "policy.py Enforcer.enforce: creds['system'] is set in the dictionary that was passed in",
    request: { rules: { a: 'system:all' }, rule: 'a', creds: { system_scope: 'all' }, creds_after: true },
    oslo: { result: true, creds_after: { system_scope: 'all', system: 'all' } },
    ours: { result: true, creds_after: { system_scope: 'all' } },
  },
  {
    key: 'defaults-lost-with-set-rules',
    reason: 'Setting one rule by hand must not take the registered rules away.',
    evidence: 'policy.py Enforcer.set_rules: use_conf is turned off, and with it the registered defaults',
    request: {
      defaults: [{ name: 'a', check_str: 'role:reader' }],
      rules: { b: '@' },
      rule: 'a',
      creds: { roles: ['reader'] },
    },
    oslo: DENIED,
    ours: ALLOWED,
  },
];
