/** A registered limit to be made, as Keystone's API writes it. */
export interface RegisteredLimitDraft {
  readonly service_id: string;
  readonly region_id?: string | null;
  readonly resource_name: string;
  readonly default_limit: number;
  readonly description?: string | null;
}

/** A limit of a project or domain to be made, as Keystone's API writes it. */
export interface LimitDraft {
  readonly service_id: string;
  readonly region_id?: string | null;
  readonly resource_name: string;
  readonly resource_limit: number;
  readonly project_id?: string | null;
  readonly domain_id?: string | null;
  readonly description?: string | null;
}

/** A node of Keystone's project tree. */
export interface ProjectNode {
  readonly id: string;
  readonly isDomain: boolean;
  /** Null for a domain. */
  readonly parentId: string | null;
}

/** What Keystone's verdict depends on. */
export interface KeystoneState {
  readonly model: string;
  readonly registered: readonly RegisteredLimitDraft[];
  readonly limits: readonly LimitDraft[];
  hasService(id: string): boolean;
  hasRegion(id: string): boolean;
  node(id: string): ProjectNode | undefined;
  children(id: string): readonly string[];
}

/** Why Keystone would refuse. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 409;
  readonly message: string;
}

const LARGEST = 2_147_483_647;

const refuse = (status: Refusal['status'], message: string): Refusal => ({ status, message });

const describe = (value: unknown): string => JSON.stringify(value);

const badValue = (value: unknown): string | undefined => {
  if (typeof value !== 'number' || !Number.isInteger(value))
    return `${describe(value)} is not of type 'integer'`;
  if (value < -1) return `${describe(value)} is less than the minimum of -1`;
  return value > LARGEST ? `${describe(value)} is greater than the maximum of ${String(LARGEST)}` : undefined;
};

const badText = (value: unknown, most: number): string | undefined => {
  if (typeof value !== 'string') return `${describe(value)} is not of type 'string'`;
  if (value.length === 0) return "'' is too short";
  return Array.from(value).length > most ? `${describe(value)} is too long` : undefined;
};

const badOptionalText = (value: unknown): string | undefined =>
  value === undefined || value === null || typeof value === 'string'
    ? undefined
    : `${describe(value)} is not a text`;

type Check = (value: unknown) => string | undefined;

const idCheck: Check = (value) => badText(value, 64);
const optionalId: Check = (value) => (value === undefined || value === null ? undefined : badText(value, 64));
/** A limit's region may be left out and must not be null. */
const presentId: Check = (value) => (value === undefined ? undefined : badText(value, 64));

const REGISTERED: Readonly<Record<string, Check>> = {
  service_id: idCheck,
  region_id: optionalId,
  resource_name: (value) => badText(value, 255),
  default_limit: badValue,
  description: badOptionalText,
};

const LIMIT: Readonly<Record<string, Check>> = {
  service_id: idCheck,
  region_id: presentId,
  resource_name: (value) => badText(value, 255),
  resource_limit: badValue,
  project_id: presentId,
  domain_id: presentId,
  description: badOptionalText,
};

/** What of a limit can be changed. */
const CHANGEABLE: Readonly<Record<string, Check>> = {
  resource_limit: badValue,
  description: badOptionalText,
};

/** What is wrong with the form of the entries. @param isPartial whether entries may leave out what they need otherwise */
const badForm = (
  entries: unknown,
  checks: Readonly<Record<string, Check>>,
  isPartial = false,
): Refusal | undefined => {
  if (!Array.isArray(entries)) return refuse(400, `${describe(entries)} is not of type 'array'`);
  if (entries.length === 0) return refuse(400, '[] is too short');
  for (const [index, entry] of (entries as readonly unknown[]).entries()) {
    if (typeof entry !== 'object' || entry === null)
      return refuse(400, `Invalid input for field '${String(index)}'`);
    const values = entry as Readonly<Record<string, unknown>>;
    const unknown = Object.keys(values).find((key) => !Object.hasOwn(checks, key));
    if (unknown !== undefined)
      return refuse(400, `Additional properties are not allowed ('${unknown}' was unexpected)`);
    for (const [field, check] of Object.entries(checks)) {
      if (isPartial && values[field] === undefined) continue;
      const problem = check(values[field]);
      if (problem !== undefined)
        return refuse(400, `Invalid input for field '${String(index)}/${field}': ${problem}`);
    }
  }
  return undefined;
};

type Key = Pick<LimitDraft, 'service_id' | 'region_id' | 'resource_name'>;

const isSame = (left: Key, right: Key): boolean =>
  left.service_id === right.service_id &&
  (left.region_id ?? null) === (right.region_id ?? null) &&
  left.resource_name === right.resource_name;

const unknownReference = (
  kind: string,
  { service_id: service, region_id: region }: Key,
  state: KeystoneState,
): Refusal | undefined => {
  if (!state.hasService(service)) return refuse(400, `Expecting to find service_id in ${kind}.`);
  return typeof region === 'string' && !state.hasRegion(region)
    ? refuse(400, `Expecting to find region_id in ${kind}.`)
    : undefined;
};

/** What `POST /registered_limits` would be refused for; undefined when it would not. The whole list counts as one. */
export const refusalOfRegistered = (entries: unknown, state: KeystoneState): Refusal | undefined => {
  const malformed = badForm(entries, REGISTERED);
  if (malformed !== undefined) return malformed;
  const drafts = entries as readonly RegisteredLimitDraft[];
  for (const [index, draft] of drafts.entries()) {
    const missing = unknownReference('registered_limit', draft, state);
    if (missing !== undefined) return missing;
    const isTaken = [...state.registered, ...drafts.slice(0, index)].some((other) => isSame(other, draft));
    if (isTaken)
      return refuse(409, 'Conflict occurred attempting to store registered_limit - Duplicate entry.');
  }
  return undefined;
};

const ownerOf = (draft: LimitDraft): string => draft.domain_id ?? draft.project_id ?? '';

/** The draft as Keystone stores it: the limit of a domain is the domain's, also when it was called a project. */
export const normalLimit = (draft: LimitDraft, state: KeystoneState): LimitDraft => {
  const owner = ownerOf(draft);
  const isDomain =
    draft.domain_id !== undefined && draft.domain_id !== null ? true : state.node(owner)?.isDomain === true;
  return { ...draft, project_id: isDomain ? null : owner, domain_id: isDomain ? owner : null };
};

const overParent = (draft: LimitDraft): Refusal => {
  const { resource_name: name, resource_limit: value } = draft;
  return refuse(
    403,
    `Invalid resource limit: the limit of ${ownerOf(draft)} for ${name}, ${String(value)}, does not fit the other limits of its domain.`,
  );
};

/**
 * Keystone's own check of strict_two_level, holes included: the parent of a project is looked for among domains; a parent's
 * limit of 0 is taken for none; −1 is compared as a number.
 */
const breaksHierarchy = (
  draft: LimitDraft,
  together: readonly LimitDraft[],
  state: KeystoneState,
): boolean => {
  const value = draft.resource_limit;
  const limitsOf = (owner: string, among: readonly LimitDraft[]): number | undefined =>
    among.find((other) => isSame(other, draft) && ownerOf(other) === owner)?.resource_limit;
  if (typeof draft.domain_id === 'string') {
    return state.children(draft.domain_id).some((child) => {
      const own = limitsOf(child, together) ?? limitsOf(child, state.limits);
      return own !== undefined && own > value;
    });
  }
  const parent = state.node(draft.project_id ?? '')?.parentId;
  if (parent === null || parent === undefined) return false;
  const asked = limitsOf(
    parent,
    together.filter((other) => typeof other.domain_id === 'string'),
  );
  if (asked !== undefined) return value > asked;
  const stored = limitsOf(
    parent,
    state.limits.filter((other) => typeof other.domain_id === 'string'),
  );
  const bound = stored ?? state.registered.find((other) => isSame(other, draft))?.default_limit ?? 0;
  return bound !== 0 && value > bound;
};

/** What `POST /limits` would be refused for; undefined when it would not. The whole list counts as one. */
export const refusalOfLimits = (entries: unknown, state: KeystoneState): Refusal | undefined => {
  const malformed = badForm(entries, LIMIT);
  if (malformed !== undefined) return malformed;
  const given = entries as readonly LimitDraft[];
  if (
    given.some(
      ({ project_id: project, domain_id: domain }) => (project === undefined) === (domain === undefined),
    )
  ) {
    return refuse(400, 'a limit has either a project_id or a domain_id');
  }
  for (const draft of given) {
    const missing = unknownReference('limit', draft, state);
    if (missing !== undefined) return missing;
    const field = draft.project_id === undefined ? 'domain_id' : 'project_id';
    if (state.node(ownerOf(draft)) === undefined) return refuse(400, `Expecting to find ${field} in limit.`);
  }
  const drafts = given.map((draft) => normalLimit(draft, state));
  for (const [index, draft] of drafts.entries()) {
    if (!state.registered.some((registered) => isSame(registered, draft))) {
      return refuse(403, 'Unable to create a limit that has no corresponding registered limit.');
    }
    if (state.model === 'strict_two_level' && breaksHierarchy(draft, drafts, state)) return overParent(draft);
    const isTaken = [...state.limits, ...drafts.slice(0, index)].some(
      (other) => isSame(other, draft) && ownerOf(other) === ownerOf(draft),
    );
    if (isTaken) return refuse(409, 'Conflict occurred attempting to store limit - Duplicate entry.');
  }
  return undefined;
};

/** What `PATCH /limits/{id}` would be refused for. */
export const refusalOfLimitChange = (
  stored: LimitDraft,
  change: Readonly<Record<string, unknown>>,
  state: KeystoneState,
): Refusal | undefined => {
  const malformed = badForm([change], CHANGEABLE, true);
  if (malformed !== undefined) return malformed;
  const changed = { ...stored, ...change };
  return state.model === 'strict_two_level' && breaksHierarchy(changed, [changed], state)
    ? overParent(changed)
    : undefined;
};

const isInUse = (registered: RegisteredLimitDraft, state: KeystoneState): boolean =>
  state.limits.some((limit) => isSame(limit, registered));

/** What `PATCH /registered_limits/{id}` would be refused for: above all that a project has a limit of its own. */
export const refusalOfRegisteredChange = (
  stored: RegisteredLimitDraft,
  change: Readonly<Record<string, unknown>>,
  state: KeystoneState,
): Refusal | undefined => {
  const malformed = badForm([change], REGISTERED, true);
  if (malformed !== undefined) return malformed;
  if (isInUse(stored, state)) return inUse();
  const changed = { ...stored, ...change };
  const missing = unknownReference('registered_limit', changed, state);
  if (missing !== undefined) return missing;
  return state.registered.some((other) => other !== stored && isSame(other, changed))
    ? refuse(409, 'Conflict occurred attempting to store registered_limit - Duplicate entry.')
    : undefined;
};

const inUse = (): Refusal =>
  refuse(
    403,
    'Unable to update or delete registered limit because there are project limits associated with it.',
  );

/** What `DELETE /registered_limits/{id}` would be refused for. */
export const refusalOfRegisteredDelete = (
  stored: RegisteredLimitDraft,
  state: KeystoneState,
): Refusal | undefined => (isInUse(stored, state) ? inUse() : undefined);
