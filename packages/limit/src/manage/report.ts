import { byCodePoint } from '../names.ts';
import type { LimitProvider, ProjectTree } from '../provider.ts';
import { countOf, type UsageCallback } from '../usage.ts';

/** How a project stands with one resource. */
export interface ReportRow {
  readonly projectId: string;
  readonly resourceName: string;
  /** Negative: none. */
  readonly limit: number;
  /** The registered limit; undefined where there is none. */
  readonly registered: number | undefined;
  /** Where the limit comes from. */
  readonly source: 'project' | 'registered' | 'none';
  readonly usage: number;
  /** Of the limit, from 0; undefined for no limit, and for a limit of 0 that nothing uses. */
  readonly share: number | undefined;
}

/** What a report is about. */
export interface ReportOptions {
  readonly provider: LimitProvider;
  readonly usage: UsageCallback;
  /** @default every project that has limits of its own */
  readonly projects?: readonly string[];
  /** @default every registered resource */
  readonly names?: readonly string[];
}

/** A report: rows by project and resource, and the trees that the projects stand in. */
export interface Report {
  readonly rows: readonly ReportRow[];
  /** Child → parent; empty for the flat model. */
  readonly parents: ReadonlyMap<string, string>;
}

const shareOf = (usage: number, limit: number): number | undefined => {
  if (limit < 0) return undefined;
  if (limit === 0) return usage === 0 ? undefined : Number.POSITIVE_INFINITY;
  return usage / limit;
};

/** Reads limits and usage of projects: two reads of limits, one count per project. */
export const reportUsage = async (options: ReportOptions): Promise<Report> => {
  const { provider, usage } = options;
  const [registered, own] = await Promise.all([provider.registeredLimits(), provider.allLimits()]);
  const projects = options.projects ?? [...own.keys()].sort(byCodePoint);
  const names = [...(options.names ?? registered.keys())].sort(byCodePoint);
  const rows: ReportRow[] = [];
  const parents = new Map<string, string>();
  const isFlat = (await provider.enforcementModel()) === 'flat';
  for (const projectId of projects) {
    const counts = await usage(projectId, names, {
      context: undefined,
      signal: undefined,
      purpose: 'report',
    });
    for (const resourceName of names) {
      const ownLimit = own.get(projectId)?.get(resourceName);
      const byDefault = registered.get(resourceName);
      const limit = ownLimit ?? byDefault ?? 0;
      const used = countOf(counts, resourceName);
      rows.push({
        projectId,
        resourceName,
        limit,
        registered: byDefault,
        source: ownLimit === undefined ? (byDefault === undefined ? 'none' : 'registered') : 'project',
        usage: used,
        share: shareOf(used, limit),
      });
    }
    if (isFlat || parents.has(projectId)) continue;
    const tree: ProjectTree = await provider.projectTree(projectId);
    for (const [child, parent] of tree.parents) parents.set(child, parent);
  }
  return { rows, parents };
};

const shown = (limit: number): string => (limit < 0 ? 'unlimited' : String(limit));

const percent = (share: number | undefined): string => {
  if (share === undefined) return '-';
  return Number.isFinite(share) ? `${String(Math.round(share * 100))} %` : 'over';
};

/** Rows as a table in columns of text. */
export const reportTable = ({ rows }: Report): string => {
  const cells = [
    ['project', 'resource', 'usage', 'limit', 'share', 'from'],
    ...rows.map(({ projectId, resourceName, usage, limit, share, source }) => [
      projectId,
      resourceName,
      String(usage),
      shown(limit),
      percent(share),
      source,
    ]),
  ];
  const widths = [0, 1, 2, 3, 4, 5].map((column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  );
  const align = (text: string, column: number): string =>
    column >= 2 && column <= 4 ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return cells.map((row) => `${row.map(align).join('  ').trimEnd()}\n`).join('');
};

const quoted = (text: string): string => (/[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Rows as RFC 4180 text. */
export const reportCsv = ({ rows }: Report): string => {
  const lines = rows.map(({ projectId, resourceName, usage, limit, registered, source }) =>
    [projectId, resourceName, usage, limit, registered ?? '', source]
      .map((cell) => quoted(String(cell)))
      .join(','),
  );
  return ['project,resource,usage,limit,registered,source', ...lines].map((line) => `${line}\r\n`).join('');
};

/** Rows as JSON; shares that are infinite are null. */
export const reportJson = ({ rows }: Report): string => `${JSON.stringify(rows, undefined, 2)}\n`;

const BAR = 20;

const bar = (share: number | undefined): string => {
  const filled = Math.min(BAR, Math.round((share ?? 0) * BAR));
  return `[${'█'.repeat(filled)}${'·'.repeat(BAR - filled)}]`;
};

/** Projects as a tree with a bar for each resource, the fullest first. */
export const reportTree = ({ rows, parents }: Report): string => {
  const ids = new Set(rows.map(({ projectId }) => projectId));
  const lines: string[] = [];
  const write = (projectId: string, depth: number): void => {
    const indent = '  '.repeat(depth);
    lines.push(`${indent}${projectId}`);
    const own = rows
      .filter((row) => row.projectId === projectId)
      .sort((left, right) => (right.share ?? -1) - (left.share ?? -1));
    const width = Math.max(0, ...own.map(({ resourceName }) => resourceName.length));
    for (const { resourceName, share, usage, limit } of own) {
      lines.push(`${indent}  ${resourceName.padEnd(width)} ${bar(share)} ${String(usage)}/${shown(limit)}`);
    }
    for (const child of ids) if (parents.get(child) === projectId) write(child, depth + 1);
  };
  for (const id of ids) if (!ids.has(parents.get(id) ?? '')) write(id, 0);
  return lines.map((line) => `${line}\n`).join('');
};
