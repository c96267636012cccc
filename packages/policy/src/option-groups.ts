import {
  optionGroup,
  type BooleanOption,
  type FloatOption,
  type MultiStringOption,
  type OptionGroup,
  type StringOption,
} from '@oslofjord/config';

/** A text option with a default. */
type Text = StringOption & { readonly default: string };

type Flag = BooleanOption & { readonly default: boolean };

/** The options of `[oslo_policy]`, as they are declared. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
export type OsloPolicyOptionTypes = {
  readonly enforceNewDefaults: Flag;
  readonly policyFile: Text;
  readonly policyDefaultRule: Text;
  readonly policyDirs: MultiStringOption & { readonly default: readonly string[] };
  readonly remoteContentType: StringOption & {
    readonly default: 'application/x-www-form-urlencoded';
    readonly choices: readonly ['application/x-www-form-urlencoded', 'application/json'];
  };
  readonly remoteSslVerifyServerCrt: Flag;
  readonly remoteSslCaCrtFile: StringOption;
  readonly remoteSslClientCrtFile: StringOption;
  readonly remoteSslClientKeyFile: StringOption;
  readonly remoteTimeout: FloatOption & { readonly default: number };
};

/**
 * The section `[oslo_policy]` of a service's configuration. What it resolves to are options of an enforcer.
 * @parity oslo.policy 6.0.0 opts.py — same, but servers' certificates are verified by default
 */
export const osloPolicyOptions: OptionGroup<OsloPolicyOptionTypes> = /* @__PURE__ */ optionGroup({
  name: 'oslo_policy',
  help: 'Who may do what.',
  options: {
    enforceNewDefaults: {
      type: 'boolean',
      default: true,
      help: 'Whether only new defaults count. Otherwise a rule whose default changed also allows what the old default allowed, until a file overrides it.',
    },
    policyFile: { type: 'string', default: 'policy.yaml', help: "The file with the operator's rules." },
    policyDefaultRule: {
      type: 'string',
      default: 'default',
      help: 'The rule that decides for rules that do not exist.',
    },
    policyDirs: {
      type: 'multiString',
      default: ['policy.d'],
      help: 'Directories with more files, which apply after policy_file in the order of their names.',
    },
    remoteContentType: {
      type: 'string',
      default: 'application/x-www-form-urlencoded',
      choices: ['application/x-www-form-urlencoded', 'application/json'],
      help: 'How remote servers are asked.',
    },
    remoteSslVerifyServerCrt: {
      type: 'boolean',
      default: true,
      help: 'Whether the certificate of remote servers is verified.',
    },
    remoteSslCaCrtFile: {
      type: 'string',
      help: 'A file with the certificate authorities that are trusted.',
    },
    remoteSslClientCrtFile: { type: 'string', help: "A file with the client's certificate." },
    remoteSslClientKeyFile: { type: 'string', help: "A file with the client's key." },
    remoteTimeout: {
      type: 'float',
      min: 0,
      default: 60,
      help: 'How long a remote server may take, in seconds.',
    },
  },
});

/** All option groups of this package. */
export const optionGroups: readonly OptionGroup[] = [osloPolicyOptions];
