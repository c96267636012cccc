import { expect, test } from 'vitest';
import { optionGroup } from './option-group.ts';
import { sample } from './sample.ts';
import { table } from './table.ts';

const group = optionGroup({
  name: 'oslo_policy',
  help: 'Where rules come from.',
  options: {
    policyFile: {
      type: 'string',
      default: 'policy.yaml',
      help: 'The relative or absolute path of the file with the rules that take the place of the defaults.',
      deprecatedNames: [{ name: 'file', group: 'DEFAULT' }, { name: 'rules' }],
    },
    policyDirs: { type: 'multiString', default: ['policy.d', ' x|y'], help: 'More folders.' },
    timeout: { type: 'duration', default: 90, min: '1s', max: '1h', mutable: true },
    mode: { type: 'string', choices: ['', 'a|b', 'c\nd'], default: '' },
    token: { type: 'string', secret: true, default: 'hunter2' },
    url: { type: 'uri', required: true },
    old: { type: 'boolean', default: true, deprecatedForRemoval: { since: '4.1', reason: 'Always on.' } },
  },
});

test('a sample has every option with its help, commented out at its default', () => {
  expect(sample([group])).toBe(`[oslo_policy]
# Where rules come from.

# The relative or absolute path of the file with the rules that take the place
# of the defaults. (string value)
# Deprecated group/name - [DEFAULT]/file
# Deprecated group/name - [oslo_policy]/rules
#policy_file = policy.yaml

# More folders. (multi valued)
#policy_dirs = policy.d
#policy_dirs = " x|y"

# (duration value)
# Minimum value: 1s
# Maximum value: 1h
# Note: This option can be changed without restarting.
#timeout = 90s

# (string value)
# Possible values: '', a|b, c\\nd
#mode =

# (string value)
#token = <secret>

# (uri value)
# Note: This option must be set.
#url = <None>

# (boolean value)
# This option is deprecated for removal since 4.1.
# Its value may be silently ignored in the future.
# Reason: Always on.
#old = true
`);
});

test('a reference has a table for each group', () => {
  expect(table([group])).toBe(`### \`[oslo_policy]\`

Where rules come from.

| option | type | default | meaning |
|---|---|---|---|
| \`policy_file\` | string | \`policy.yaml\` | The relative or absolute path of the file with the rules that take the place of the defaults. Formerly \`[DEFAULT] file\`, \`[oslo_policy] rules\`. |
| \`policy_dirs\` | multi valued | \`policy.d\`, \`" x\\|y"\` | More folders. |
| \`timeout\` | duration | \`90s\` | At least \`1s\`. At most \`1h\`. Can be changed without restarting. |
| \`mode\` | string | \`''\` | One of \`''\`, \`a\\|b\`, \`c d\`. |
| \`token\` | string | (secret) | Secret. |
| \`url\` | uri |  | Required. |
| \`old\` | boolean | \`true\` | Deprecated since 4.1: Always on. |
`);
});

test('several groups follow each other', () => {
  const other = optionGroup({ name: 'other', options: {} });
  expect(sample([group, other])).toMatch(/#old = true\n\n\[other\]\n$/u);
});
