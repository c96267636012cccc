import { stringify } from 'yaml';
import { byCodePoint } from '../names.ts';
import type { Limits } from '../provider.ts';
import type { LimitsDocument } from '../yaml/document.ts';

const plain = (limits: Limits): Record<string, number | string> =>
  Object.fromEntries(
    [...limits]
      .sort(([left], [right]) => byCodePoint(left, right))
      .map(([name, limit]) => [name, limit < 0 ? 'unlimited' : limit]),
  );

/** The document as YAML that `parseLimits` reads again, in an order that does not depend on where it came from. */
export const limitsText = ({ model, registered, projects, parents }: LimitsDocument): string => {
  const own = [...projects]
    .filter(([, limits]) => limits.size > 0)
    .sort(([left], [right]) => byCodePoint(left, right));
  return stringify({
    model,
    registered: plain(registered),
    ...(own.length === 0
      ? {}
      : { projects: Object.fromEntries(own.map(([id, limits]) => [id, plain(limits)])) }),
    ...(parents.size === 0
      ? {}
      : { parents: Object.fromEntries([...parents].sort(([left], [right]) => byCodePoint(left, right))) }),
  });
};
