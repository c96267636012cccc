import {
  optionGroup,
  type BooleanOption,
  type ListOption,
  type OptionGroup,
  type StringOption,
} from '@oslofjord/config';

type Flag = BooleanOption & { readonly default: boolean };
type Texts = ListOption & { readonly default: readonly string[] };

/** The options of `[healthcheck]`, as they are declared. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
export type HealthcheckOptionTypes = {
  readonly detailed: Flag;
  readonly backends: Texts;
  readonly allowedSourceRanges: Texts;
  readonly ignoreProxiedRequests: Flag;
  readonly disableByFilePath: StringOption;
  readonly disableByFilePaths: Texts;
  readonly enableByFilePaths: Texts;
};

const texts = (help: string): Texts => ({ type: 'list', default: [], help });

/**
 * The section `[healthcheck]` of a service's configuration. What it resolves to are options of a health check.
 * @parity oslo.middleware 8.1.0 healthcheck/opts.py — same
 */
export const healthcheckOptions: OptionGroup<HealthcheckOptionTypes> = /* @__PURE__ */ optionGroup({
  name: 'healthcheck',
  help: 'Whether the service may get requests.',
  options: {
    detailed: { type: 'boolean', default: false, help: 'Whether reasons come with details.' },
    backends: texts('The backends to ask, in order.'),
    allowedSourceRanges: texts('The clients that are answered, as 192.168.0.0/24; all when empty.'),
    ignoreProxiedRequests: {
      type: 'boolean',
      default: false,
      help: 'Whether requests that came through a proxy are ignored.',
    },
    disableByFilePath: { type: 'string', help: 'The file that makes the service unavailable.' },
    disableByFilePaths: texts('port:path, a file for each port that makes it unavailable there.'),
    enableByFilePaths: texts('The files that must be there for the service to be available.'),
  },
});

/** The option groups of this package. */
export const optionGroups: readonly OptionGroup[] = [healthcheckOptions];
