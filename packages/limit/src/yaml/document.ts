import { isAlias, isMap, isScalar, LineCounter, parseDocument, type Node } from 'yaml';
import { LimitsFileError } from '../errors.ts';
import type { EnforcementModelName, Limits, LimitsByNode, LimitProvider, ProjectTree } from '../provider.ts';

/** Limits as a file states them. */
export interface LimitsDocument {
  readonly model: EnforcementModelName;
  readonly registered: Limits;
  /** Own limits by project or domain. */
  readonly projects: LimitsByNode;
  /** Child → parent. */
  readonly parents: ReadonlyMap<string, string>;
}

const MODELS: readonly string[] = ['flat', 'strict_two_level', 'nested'] satisfies EnforcementModelName[];
const KEYS: readonly string[] = ['model', 'registered', 'projects', 'parents'];

/** Reads parts of a document and gathers what is wrong, each with its line. */
class Reader {
  readonly problems: string[] = [];
  readonly #lines = new LineCounter();
  readonly #root: Node | null;
  readonly #resolve: (node: Node) => Node | undefined;

  constructor(text: string) {
    const document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: true });
    for (const { message, pos } of document.errors) {
      this.problems.push(`${this.#at(pos[0])}: ${message.split('\n')[0] ?? ''}`);
    }
    this.#root = document.contents;
    this.#resolve = (node): Node | undefined => (isAlias(node) ? node.resolve(document) : node);
  }

  /** The pairs of a mapping; none where there is nothing. */
  pairs(node: Node | null | undefined, what: string): ReadonlyMap<string, Node> {
    const found = new Map<string, Node>();
    const resolved = node === null || node === undefined ? undefined : this.#resolve(node);
    if (resolved === undefined || (isScalar(resolved) && resolved.value === null)) return found;
    if (!isMap(resolved)) {
      this.#problem(resolved, `${what} must be a mapping`);
      return found;
    }
    for (const { key, value } of resolved.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (name === '') this.#problem(resolved, `${what} has a key that is no name`);
      else if (value === null) found.set(name, resolved);
      else found.set(name, value as Node);
    }
    return found;
  }

  root(): ReadonlyMap<string, Node> {
    const pairs = this.pairs(this.#root, 'the file');
    for (const [key, node] of pairs) {
      if (!KEYS.includes(key))
        this.#problem(node, `'${key}' means nothing here; there are ${KEYS.join(', ')}`);
    }
    return pairs;
  }

  limits(node: Node | undefined, what: string): Limits {
    const limits = new Map<string, number>();
    for (const [name, value] of this.pairs(node, what)) {
      const resolved = this.#resolve(value);
      const limit = isScalar(resolved) ? resolved.value : undefined;
      if (limit === 'unlimited') limits.set(name, -1);
      else if (typeof limit === 'number' && Number.isSafeInteger(limit) && limit >= -1)
        limits.set(name, limit);
      else
        this.#problem(
          value,
          `the limit of ${name} in ${what} must be a whole number from 0, -1 or unlimited`,
        );
    }
    return limits;
  }

  text(node: Node | undefined, what: string): string | undefined {
    if (node === undefined) return undefined;
    const resolved = this.#resolve(node);
    if (isScalar(resolved) && typeof resolved.value === 'string') return resolved.value;
    this.#problem(node, `${what} must be a text`);
    return undefined;
  }

  #problem(node: Node, message: string): void {
    this.problems.push(`${this.#at(node.range?.[0] ?? 0)}: ${message}`);
  }

  #at(offset: number): string {
    return `line ${String(this.#lines.linePos(offset).line)}`;
  }
}

const loopIn = (parents: ReadonlyMap<string, string>): string | undefined => {
  for (const start of parents.keys()) {
    const seen = new Set([start]);
    for (let parent = parents.get(start); parent !== undefined; parent = parents.get(parent)) {
      if (seen.has(parent)) return parent;
      seen.add(parent);
    }
  }
  return undefined;
};

/**
 * Reads limits written as YAML (or JSON, which is YAML).
 * @throws LimitsFileError (`ERR_LIMIT_FILE`) naming every problem with its line
 */
export const parseLimits = (text: string, path = 'limits'): LimitsDocument => {
  const reader = new Reader(text);
  const root = reader.root();
  const model = reader.text(root.get('model'), 'model') ?? 'flat';
  if (!MODELS.includes(model))
    reader.problems.push(`model must be one of ${MODELS.join(', ')}, not ${model}`);
  const registered = reader.limits(root.get('registered'), 'registered');
  const projects = new Map<string, Limits>();
  for (const [id, node] of reader.pairs(root.get('projects'), 'projects')) {
    projects.set(id, reader.limits(node, `project ${id}`));
  }
  const parents = new Map<string, string>();
  for (const [child, node] of reader.pairs(root.get('parents'), 'parents')) {
    const parent = reader.text(node, `the parent of ${child}`);
    if (parent !== undefined) parents.set(child, parent);
  }
  const loop = loopIn(parents);
  if (loop !== undefined) reader.problems.push(`${loop} is its own ancestor`);
  if (reader.problems.length > 0) throw new LimitsFileError(path, reader.problems);
  return { model: model as EnforcementModelName, registered, projects, parents };
};

/** A provider of what a document says at the time it is asked. */
export const documentProvider = (
  name: string,
  current: () => LimitsDocument,
): Omit<LimitProvider, 'onChange' | 'close'> => ({
  name,
  enforcementModel: async (): Promise<string> => Promise.resolve(current().model),
  registeredLimits: async (): Promise<Limits> => Promise.resolve(current().registered),
  projectLimits: async (nodeId): Promise<Limits> =>
    Promise.resolve(current().projects.get(nodeId) ?? new Map<string, number>()),
  allLimits: async (): Promise<LimitsByNode> => Promise.resolve(current().projects),
  projectTree: async (projectId): Promise<ProjectTree> => {
    const { parents } = current();
    const rootOf = (nodeId: string): string => {
      const parent = parents.get(nodeId);
      return parent === undefined ? nodeId : rootOf(parent);
    };
    const rootId = rootOf(projectId);
    return Promise.resolve({
      rootId,
      parents: new Map([...parents].filter(([child]) => rootOf(child) === rootId)),
    });
  },
});
