import { ConfigurationError, optionGroup, resolve, type Option } from '../../src/index.ts';
import type { ConfigRequest, OptionRequest } from './request.ts';

const optionOf = (request: OptionRequest): Option =>
  ({
    type: request.type === 'multistring' ? 'multiString' : request.type,
    name: request.name,
    ...(request.default === undefined ? {} : { default: request.default }),
    ...(request.choices === undefined ? {} : { choices: request.choices }),
    ...(request.min === undefined ? {} : { min: request.min }),
    ...(request.max === undefined ? {} : { max: request.max }),
    ...(request.item_type === undefined ? {} : { itemType: request.item_type }),
    ...(request.required === undefined ? {} : { required: request.required }),
    ...(request.deprecated === undefined
      ? {}
      : {
          deprecatedNames: request.deprecated.map(({ name = request.name, group }) =>
            group === undefined || group === null ? { name } : { name, group },
          ),
        }),
    ...(request.secret === undefined ? {} : { secret: request.secret }),
  }) as unknown as Option;

/** Answers a request of the parity protocol in the default mode: `{values}`, or `{issues}` when something is wrong. */
export const strictAnswer = ({ options, files = [], args = [], env = {} }: ConfigRequest): unknown => {
  const names = [...new Set(options.map(({ group }) => group ?? 'DEFAULT'))];
  const groups = Object.fromEntries(
    names.map((name) => {
      const own = options.filter(({ group }) => (group ?? 'DEFAULT') === name);
      return [
        name,
        optionGroup({
          name,
          options: Object.fromEntries(own.map((option) => [option.name, optionOf(option)])),
        }),
      ];
    }),
  );
  try {
    const sources = {
      files: files.map(([name, text]) => ({ path: `$DIR/${name}`, text })),
      arguments: args,
      environment: env,
    };
    return { values: resolve(groups, sources) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { issues: error.issues };
  }
};
