/** What a racing process is told. */
export interface RaceTask {
  readonly redis: string;
  /** Claims are kept there when it is given, else in Redis. */
  readonly postgresql?: string | undefined;
  readonly prefix: string;
  readonly tries: number;
  /** Milliseconds. */
  readonly ttl: number;
  /** Enforces and creates without a claim. */
  readonly isNaive: boolean;
}

export const RESOURCES = ['cores', 'disk', 'ram'] as const;
export const NODES = ['A', 'B', 'C'] as const;
export const PARENTS: Record<string, string> = { B: 'A', C: 'A' };
export const REGISTERED: Record<string, number> = { cores: 10, disk: 12, ram: 14 };
export const PROJECT_LIMITS: Record<string, Record<string, number>> = {
  A: { cores: 15, disk: 20, ram: 20 },
  B: { cores: 8 },
};

/** What no moment may show more of: own and tree totals by field. */
export const BOUNDS: Readonly<Record<string, number>> = {
  'B|cores': 8,
  'B|disk': 12,
  'B|ram': 14,
  'C|cores': 10,
  'C|disk': 12,
  'C|ram': 14,
  'tree|cores': 15,
  'tree|disk': 20,
  'tree|ram': 20,
};

export const fieldsOf = (projectId: string): string[] => RESOURCES.map((name) => `${projectId}|${name}`);

/** Changes what exists in one step and writes down the highest totals. KEYS: things, peaks. ARGV: project, then names and amounts. */
export const CREATE = `
for i = 2, #ARGV, 2 do
  for _, owner in ipairs({ ARGV[1], 'tree' }) do
    local field = owner .. '|' .. ARGV[i]
    local total = redis.call('HINCRBY', KEYS[1], field, ARGV[i + 1])
    if total > tonumber(redis.call('HGET', KEYS[2], field) or 0) then redis.call('HSET', KEYS[2], field, total) end
  end
end
`;
