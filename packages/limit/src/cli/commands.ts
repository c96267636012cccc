import { readFileSync } from 'node:fs';
import type { ParseArgsConfig } from 'node:util';
import { createEnforcer } from '../enforcer.ts';
import { applyLimits } from '../manage/apply.ts';
import { limitsText } from '../manage/document-text.ts';
import { examine } from '../manage/doctor.ts';
import { documentOf, readSnapshot, simulated } from '../manage/keystone-state.ts';
import { describeAction, planLimits, type Plan } from '../manage/plan.ts';
import {
  reportCsv,
  reportJson,
  reportTable,
  reportTree,
  reportUsage,
  type Report,
} from '../manage/report.ts';
import { providerSource } from '../manage/source.ts';
import { parseLimits } from '../yaml/document.ts';
import {
  configuredBy,
  KEYSTONE_OPTIONS,
  openKeystone,
  openProvider,
  parseDeltas,
  textOption,
  type OptionValues,
} from './origin.ts';
import { EXIT, UsageMistake, type CommandContext } from './output.ts';
import { importSource } from './source-module.ts';
import { openUsage } from './usage-file.ts';

/** A command of the tool. */
export interface Command {
  /** What follows its name. */
  readonly synopsis: string;
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  run(values: OptionValues, operands: readonly string[], context: CommandContext): Promise<number>;
}

const onlyOperand = (operands: readonly string[], what: string): string => {
  const [operand] = operands;
  if (operand === undefined || operands.length > 1) throw new UsageMistake(`needs one ${what}`);
  return operand;
};

const namesOption = (values: OptionValues): readonly string[] =>
  textOption(values, 'names')
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '') ?? [];

const LIMITS_OPTION = { limits: { type: 'string' } } as const;
const PLAN_OPTIONS = {
  ...KEYSTONE_OPTIONS,
  prune: { type: 'boolean' },
  replace: { type: 'boolean' },
} as const;
const USAGE_OPTIONS = {
  ...KEYSTONE_OPTIONS,
  ...LIMITS_OPTION,
  usage: { type: 'string' },
  placement: { type: 'boolean' },
} as const;

const makePlan = async (
  values: OptionValues,
  operands: readonly string[],
  context: CommandContext,
): Promise<{
  readonly plan: Plan;
  readonly opened: Awaited<ReturnType<typeof openKeystone>>;
  readonly state: ReturnType<typeof simulated>;
}> => {
  const path = onlyOperand(operands, 'FILE of limits');
  const desired = parseLimits(readFileSync(path, 'utf8'), path);
  const opened = await openKeystone(values, context);
  const snapshot = await readSnapshot(opened.session, opened.target);
  if (snapshot.model !== desired.model && desired.model !== 'nested') {
    context.err(`warning: the file is for ${desired.model}, and Keystone enforces ${snapshot.model}\n`);
  }
  const plan = planLimits(desired, snapshot, {
    prune: values.prune === true,
    replace: values.replace === true,
  });
  return { plan, opened, state: simulated(snapshot) };
};

const writePlan = ({ actions, blocked }: Plan, context: CommandContext): void => {
  for (const action of actions) context.out(`${describeAction(action)}\n`);
  for (const { action, refusal } of blocked) {
    context.out(
      `! ${describeAction(action)}: Keystone would answer ${String(refusal.status)}: ${refusal.message}\n`,
    );
  }
  if (actions.length + blocked.length === 0) context.out('nothing to do\n');
};

const exitOf = ({ actions, blocked }: Plan): number => {
  if (blocked.length > 0) return EXIT.missing;
  return actions.length > 0 ? EXIT.changes : EXIT.ok;
};

const plan: Command = {
  synopsis: 'FILE [--prune] [--replace]',
  summary: 'shows what apply would change in Keystone, and what Keystone would refuse',
  options: PLAN_OPTIONS,
  run: async (values, operands, context) => {
    const made = await makePlan(values, operands, context);
    made.opened.session.close();
    writePlan(made.plan, context);
    return exitOf(made.plan);
  },
};

const FORMATS: Readonly<Record<string, (report: Report) => string>> = {
  table: reportTable,
  tree: reportTree,
  json: reportJson,
  csv: reportCsv,
};

/** Every command by its name. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  export: {
    synopsis: '[--limits FILE | --source MODULE]',
    summary: 'writes the limits of Keystone, of another file, or of a service, as a file of limits',
    options: { ...KEYSTONE_OPTIONS, ...LIMITS_OPTION, source: { type: 'string' } },
    run: async (values, _, context) => {
      const module = textOption(values, 'source');
      if (module !== undefined) {
        const source = await importSource(module);
        const text = limitsText(await source.read());
        // What a service says of itself is held to the same rules as a file.
        parseLimits(text, module);
        context.out(text);
        return EXIT.ok;
      }
      if (textOption(values, 'limits') !== undefined) {
        context.out(limitsText(await providerSource(await openProvider(values, context)).read()));
        return EXIT.ok;
      }
      const { session, target } = await openKeystone(values, context);
      context.out(limitsText(documentOf(await readSnapshot(session, target))));
      session.close();
      return EXIT.ok;
    },
  },
  plan,
  diff: {
    ...plan,
    summary: 'the same as plan --prune: all that differs',
    run: (values, ...rest) => plan.run({ ...values, prune: true }, ...rest),
  },
  apply: {
    synopsis: 'FILE [--prune] [--replace]',
    summary: 'makes Keystone have the limits of the file; can be run again at any time',
    options: PLAN_OPTIONS,
    run: async (values, operands, context) => {
      const made = await makePlan(values, operands, context);
      if (made.plan.blocked.length > 0) {
        writePlan(made.plan, context);
        context.err('nothing was changed, as Keystone would refuse what is marked with !\n');
        return EXIT.missing;
      }
      const onProgress = ({
        done,
        total,
        actions,
      }: {
        readonly done: number;
        readonly total: number;
        readonly actions: Plan['actions'];
      }): void => {
        for (const action of actions) context.out(`${describeAction(action)}\n`);
        context.err(`${String(done)}/${String(total)}\n`);
      };
      try {
        await applyLimits(made.opened.session, made.plan.actions, { onProgress }, made.state);
      } finally {
        made.opened.session.close();
      }
      if (made.plan.actions.length === 0) context.out('nothing to do\n');
      return EXIT.ok;
    },
  },
  check: {
    synopsis: '[--limits FILE] --names NAME,…',
    summary: 'whether the resources that a service enforces are registered; exit 3 when not',
    options: { ...KEYSTONE_OPTIONS, ...LIMITS_OPTION, names: { type: 'string' } },
    run: async (values, _, context) => {
      const names = namesOption(values);
      if (names.length === 0) throw new UsageMistake('needs --names NAME,…');
      const provider = await openProvider(values, context);
      const registered = await provider.registeredLimits();
      await provider.close?.();
      const missing = names.filter((name) => !registered.has(name));
      for (const name of missing) context.out(`${name} is not registered\n`);
      return missing.length > 0 ? EXIT.missing : EXIT.ok;
    },
  },
  doctor: {
    synopsis: '[--names NAME,…]',
    summary: 'looks for what makes limits count otherwise than meant',
    options: { ...KEYSTONE_OPTIONS, names: { type: 'string' } },
    run: async (values, _, context) => {
      const configured = configuredBy(values, context);
      const findings = await examine({ configured, names: namesOption(values) });
      for (const { level, code, message } of findings)
        context.out(`${level.padEnd(7)} ${code}: ${message}\n`);
      return findings.some(({ level }) => level === 'error') ? EXIT.failed : EXIT.ok;
    },
  },
  fit: {
    synopsis: '--project ID [--max N] NAME=NUMBER,… [--limits FILE] [--usage FILE | --placement]',
    summary: 'how many units of this size the project could have, and what stops more',
    options: { ...USAGE_OPTIONS, project: { type: 'string' }, max: { type: 'string' } },
    run: async (values, operands, context) => {
      const projectId = textOption(values, 'project');
      if (projectId === undefined) throw new UsageMistake('needs --project ID');
      const unit = parseDeltas(onlyOperand(operands, 'unit such as cores=4,ram=8192'));
      const max = textOption(values, 'max');
      const enforcer = await createEnforcer({
        limits: await openProvider(values, context),
        usage: openUsage(values, context),
      });
      const { count, binding } = await enforcer.fit(
        projectId,
        unit,
        max === undefined ? undefined : { max: Number(max) },
      );
      await enforcer.close();
      context.out(`${Number.isFinite(count) ? String(count) : 'any number'}\n`);
      if (binding !== undefined) {
        const { resourceName, scope, nodeId, usage, limit, free } = binding;
        context.out(
          `${resourceName} binds: ${String(usage)} of ${String(limit)} used, ${String(free)} free, by the limit of ${scope === 'tree' ? 'the tree of ' : ''}${nodeId ?? 'nobody'}\n`,
        );
      }
      return EXIT.ok;
    },
  },
  report: {
    synopsis:
      '[--project ID] [--format table|tree|json|csv] [--names NAME,…] [--limits FILE] [--usage FILE | --placement]',
    summary: 'limits and usage of projects',
    options: {
      ...USAGE_OPTIONS,
      project: { type: 'string' },
      format: { type: 'string' },
      names: { type: 'string' },
    },
    run: async (values, _, context) => {
      const format = textOption(values, 'format') ?? 'table';
      const write = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
      if (write === undefined)
        throw new UsageMistake(`there is no format ${format}; there are ${Object.keys(FORMATS).join(', ')}`);
      const provider = await openProvider(values, context);
      const [project, names] = [textOption(values, 'project'), namesOption(values)];
      const report = await reportUsage({
        provider,
        usage: openUsage(values, context),
        ...(project === undefined ? {} : { projects: [project] }),
        ...(names.length === 0 ? {} : { names }),
      });
      await provider.close?.();
      context.out(write(report));
      return EXIT.ok;
    },
  },
};
