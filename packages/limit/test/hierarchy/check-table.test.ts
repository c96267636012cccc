import { describe, expect, test } from 'vitest';
import { createEnforcer } from '../../src/enforcer.ts';
import { HierarchyError, ProjectOverLimitError } from '../../src/errors.ts';
import { createLimitFixture, usageFrom } from '../../src/testing/fixture.ts';

/** Limit (undefined: none of its own) and usage of a node. */
type Node = readonly [limit: number | undefined, usage: number];

interface Row {
  readonly title: string;
  /** A is the root; the others are its children. */
  readonly nodes: Readonly<Record<string, Node>>;
  /** The registered default; undefined: not registered. */
  readonly registered?: number | undefined;
  readonly claim: readonly [projectId: string, delta: number];
  /** What is over: the scope of each limit that refuses. */
  readonly refused: readonly ('project' | 'tree')[];
}

const u = undefined;

// The check table of "strict two level": the diagrams of the Rocky specification and what they leave open.
const rows: readonly Row[] = [
  {
    title: 'B takes 8 of a tree of 20',
    nodes: { A: [20, 4], B: [u, 0], C: [u, 0] },
    claim: ['B', 8],
    refused: [],
  },
  { title: 'C takes 8 more', nodes: { A: [20, 4], B: [u, 8], C: [u, 0] }, claim: ['C', 8], refused: [] },
  {
    title: 'A has nothing left in a full tree',
    nodes: { A: [20, 4], B: [u, 8], C: [u, 8] },
    claim: ['A', 2],
    refused: ['tree'],
  },
  {
    title: 'neither has a new child',
    nodes: { A: [20, 4], B: [u, 8], C: [u, 8], D: [u, 0] },
    claim: ['D', 2],
    refused: ['tree'],
  },
  {
    title: 'an own limit does not help in a full tree',
    nodes: { A: [20, 4], B: [12, 8], C: [u, 8] },
    claim: ['B', 1],
    refused: ['tree'],
  },
  {
    title: 'what others give back can be taken',
    nodes: { A: [20, 2], B: [12, 8], C: [u, 6] },
    claim: ['B', 4],
    refused: [],
  },
  {
    title: 'and is gone then',
    nodes: { A: [20, 2], B: [12, 12], C: [u, 6] },
    claim: ['C', 2],
    refused: ['tree'],
  },
  {
    title: 'a root below the default caps its child',
    nodes: { A: [6, 0], B: [u, 0] },
    claim: ['B', 7],
    refused: ['project', 'tree'],
  },
  { title: 'which may have all the root has', nodes: { A: [6, 0], B: [u, 0] }, claim: ['B', 6], refused: [] },
  {
    title: 'siblings share it',
    nodes: { A: [6, 0], B: [u, 4], C: [u, 0] },
    claim: ['C', 3],
    refused: ['tree'],
  },
  {
    title: 'an own limit binds before the tree',
    nodes: { A: [20, 0], B: [3, 3], C: [u, 0] },
    claim: ['B', 1],
    refused: ['project'],
  },
  {
    title: 'the default binds a child without one',
    nodes: { A: [20, 0], B: [u, 10], C: [u, 0] },
    claim: ['B', 1],
    refused: ['project'],
  },
  {
    title: 'children may be promised more than there is',
    nodes: { A: [30, 0], B: [25, 20], C: [25, 5] },
    registered: 20,
    claim: ['C', 5],
    refused: [],
  },
  {
    title: 'until it is used up',
    nodes: { A: [30, 0], B: [25, 20], C: [25, 10] },
    registered: 20,
    claim: ['C', 1],
    refused: ['tree'],
  },
  {
    title: 'the default caps the tree of a root without a limit',
    nodes: { A: [u, 0], B: [u, 6], C: [u, 4] },
    claim: ['C', 1],
    refused: ['tree'],
  },
  {
    title: 'below an unlimited root only own limits bind',
    nodes: { A: [-1, 99], B: [5, 5], C: [u, 0] },
    claim: ['C', 10],
    refused: [],
  },
  { title: 'and they do', nodes: { A: [-1, 99], B: [5, 5] }, claim: ['B', 1], refused: ['project'] },
  {
    title: 'an unlimited child has what the root has',
    nodes: { A: [10, 4], B: [-1, 6] },
    claim: ['B', 1],
    refused: ['tree'],
  },
  {
    title: 'without any limit anything goes',
    nodes: { A: [-1, 5], B: [-1, 5] },
    registered: -1,
    claim: ['B', 1e9],
    refused: [],
  },
  {
    title: 'below a root of 0 nobody has anything',
    nodes: { A: [0, 0], B: [7, 0] },
    claim: ['B', 1],
    refused: ['project', 'tree'],
  },
  {
    title: 'what nobody registered has the limit 0',
    nodes: { A: [u, 0], B: [u, 0] },
    registered: u,
    claim: ['B', 1],
    refused: ['project', 'tree'],
  },
  {
    title: 'a tree above a lowered limit fails a recheck',
    nodes: { A: [10, 6], B: [u, 6] },
    claim: ['B', 0],
    refused: ['tree'],
  },
  {
    title: 'and a release that leaves it above',
    nodes: { A: [10, 6], B: [u, 6] },
    claim: ['B', -1],
    refused: ['tree'],
  },
  {
    title: 'but not one that brings it back',
    nodes: { A: [10, 6], B: [u, 6] },
    claim: ['B', -2],
    refused: [],
  },
  {
    title: 'the root has only what its children leave',
    nodes: { A: [10, 1], B: [u, 8] },
    claim: ['A', 2],
    refused: ['tree'],
  },
  { title: 'a root alone is a project', nodes: { A: [5, 4] }, claim: ['A', 1], refused: [] },
];

const enforcerOf = (row: Row, model: string): ReturnType<typeof createEnforcer> => {
  const registered = 'registered' in row ? row.registered : 10;
  const nodes = Object.entries(row.nodes);
  const limits = createLimitFixture({
    model,
    registered: registered === undefined ? {} : { r: registered },
    projects: Object.fromEntries(
      nodes.flatMap(([id, [limit]]) => (limit === undefined ? [] : [[id, { r: limit }]])),
    ),
    parents: Object.fromEntries(nodes.filter(([id]) => id !== 'A').map(([id]) => [id, 'A'])),
  });
  return createEnforcer({
    limits,
    usage: usageFrom(Object.fromEntries(nodes.map(([id, [, used]]) => [id, { r: used }]))),
  });
};

describe.each(['strict_two_level', 'nested'])('%s', (model) => {
  test.each(rows.map((row) => [row.title, row] as const))('%s', async (_, row) => {
    const enforcer = await enforcerOf(row, model);
    const [projectId, r] = row.claim;
    const { over } = await enforcer.check(projectId, { r });
    expect(over.map(({ scope }) => scope)).toEqual(row.refused);
    if (row.refused.length > 0)
      await expect(enforcer.enforce(projectId, { r })).rejects.toThrow(ProjectOverLimitError);
  });
});

test('a domain without a limit is named with the default that caps it', async () => {
  const row: Row = { title: '', nodes: { A: [u, 0], B: [u, 6], C: [u, 4] }, claim: ['C', 1], refused: [] };
  const enforcer = await enforcerOf(row, 'strict_two_level');
  await expect(enforcer.enforce('C', { r: 1 })).rejects.toThrow(
    'Resource r is over limit of 10 due to current usage 10 and delta 1 in the tree of A, the registered default, as it has none of its own',
  );
});

test("rootDefault: 'unlimited' leaves a domain without a limit of its own uncapped", async () => {
  const limits = createLimitFixture({
    model: 'strict_two_level',
    registered: { r: 10 },
    parents: { B: 'A', C: 'A' },
  });
  const usage = usageFrom({ B: { r: 10 }, C: { r: 4 } });
  const enforcer = await createEnforcer({ limits, usage, rootDefault: 'unlimited' });
  expect((await enforcer.check('C', { r: 6 })).isGranted).toBe(true);
  expect((await enforcer.check('C', { r: 7 })).over.map(({ scope }) => scope)).toEqual(['project']);
});

test('strict_two_level refuses a third level and names the branch', async () => {
  const limits = createLimitFixture({
    model: 'strict_two_level',
    registered: { r: 10 },
    parents: { B: 'A', BB: 'B' },
  });
  const enforcer = await createEnforcer({ limits, usage: usageFrom({}) });
  const error = await enforcer.enforce('B', { r: 1 }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HierarchyError);
  expect((error as HierarchyError).branch).toEqual(['A', 'B', 'BB']);
});

test('nested trees are checked at every ancestor', async () => {
  const limits = createLimitFixture({
    model: 'nested',
    registered: { r: 100 },
    projects: { A: { r: 50 }, B: { r: 20 } },
    parents: { B: 'A', BB: 'B', BBB: 'BB', C: 'A' },
  });
  const usage = usageFrom({ B: { r: 5 }, BB: { r: 5 }, BBB: { r: 5 }, C: { r: 10 } });
  const enforcer = await createEnforcer({ limits, usage });
  expect((await enforcer.check('BBB', { r: 5 })).isGranted).toBe(true);
  expect((await enforcer.check('BBB', { r: 6 })).over.map(({ nodeId }) => nodeId)).toEqual(['B']);
  expect((await enforcer.check('C', { r: 26 })).over.map(({ nodeId }) => nodeId)).toEqual(['A']);
});

test('usage of a tree is asked for in one call, and only where the tree is limited', async () => {
  const asked: [readonly string[], readonly string[]][] = [];
  const own: [string | null, readonly string[]][] = [];
  const limits = createLimitFixture({
    model: 'strict_two_level',
    registered: { r: 10, free: 10 },
    projects: { A: { free: -1, r: 20 } },
    parents: { B: 'A', C: 'A' },
  });
  const enforcer = await createEnforcer({
    limits,
    usage: (projectId, names) => {
      own.push([projectId, names]);
      return { r: 0, free: 0 };
    },
    treeUsage: (ids, names) => {
      asked.push([[...ids].sort(), names]);
      return { A: { r: 0 }, C: { r: 3 } };
    },
  });
  await enforcer.enforce('B', { r: 1, free: 1 });
  expect(own).toEqual([['B', ['free', 'r']]]);
  expect(asked).toEqual([[['A', 'C'], ['r']]]);
  own.length = 0;
  asked.length = 0;
  await enforcer.enforce('B', { free: 1 });
  expect([own, asked]).toEqual([[['B', ['free']]], []]);
});
