import { readFileSync } from 'node:fs';
import { KeystoneSession } from '../keystone/session.ts';
import { placementUsage } from '../placement.ts';
import type { UsageCallback } from '../usage.ts';
import { parseLimits } from '../yaml/document.ts';
import { configuredBy, textOption, type OptionValues } from './origin.ts';
import type { CommandContext } from './output.ts';

/** Usage from `--usage FILE` (project → resource → count), from Placement with `--placement`, else nothing is used. */
export const openUsage = (values: OptionValues, context: CommandContext): UsageCallback => {
  if (values.placement === true) {
    const session = new KeystoneSession(configuredBy(values, context).session);
    return placementUsage({ session });
  }
  const path = textOption(values, 'usage');
  // A file of usage has the form that own limits have in a file of limits.
  const text = path === undefined ? '' : readFileSync(path, 'utf8');
  const { projects } = parseLimits(text === '' ? '' : `projects:\n${text.replace(/^/gmu, '  ')}`, path);
  return (projectId, names) => {
    const own = projects.get(projectId ?? '');
    return Object.fromEntries(names.map((name) => [name, own?.get(name) ?? 0]));
  };
};
