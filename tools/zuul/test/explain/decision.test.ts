import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { FreezeError } from '../../src/errors.js';
import { apply, decisiveEdit } from '../../src/explain/decision.js';
import { traceOf } from '../../src/explain/trace.js';
import { freeze, type Item } from '../../src/freeze.js';
import type { Layout } from '../../src/layout.js';
import { readScenario } from '../../src/scenario.js';
import { loadTenant } from '../../src/tenant.js';
import { readYaml } from '../../src/yaml.js';

const scenarios = JSON.parse(
  gunzipSync(readFileSync(new URL('../parity/recorded/scenarios.json.gz', import.meta.url))).toString(),
) as Readonly<Record<string, { readonly scenario: string }>>;

const runs = (layout: Layout, item: Item, unchanged: Layout | undefined, name: string): boolean => {
  try {
    return freeze(layout, item, unchanged).reasons.has(name);
  } catch (error) {
    if (error instanceof FreezeError) return false;
    throw error;
  }
};

/** Jobs that a pipeline of some item of a scenario asks for, in whatever item. */
const namesIn = (layout: Layout): ReadonlySet<string> =>
  new Set(
    [...layout.projects.values(), ...layout.templates.values()]
      .flat()
      .flatMap(({ pipelines }) => [...pipelines.values()].flatMap(({ jobs }) => jobs.map(({ name }) => name)))
      .filter((name) => layout.jobs.has(name)),
  );

// For every job and every change of the recorded scenarios, the named line is edited and the item frozen again.
describe('the line that decides', () => {
  let decided = 0;
  test.each(Object.entries(scenarios))('%s', (_, { scenario }) => {
    for (const { item, layout, unchanged } of readScenario(scenario).items) {
      for (const name of namesIn(layout)) {
        const trace = traceOf(layout, item, name, unchanged);
        if (trace.error !== undefined) continue;
        expect(trace.runs).toBe(runs(layout, item, unchanged, name));
        const edit = decisiveEdit(layout, item, name, trace, { read: readYaml, unchanged });
        // What is abstract and matches no file would need two edits.
        if (trace.job?.isAbstract === true) continue;
        expect(edit, `${name} in ${JSON.stringify(item)}`).toBeDefined();
        if (edit === undefined) continue;
        const lines = layout.textOf(edit.source).slice(0, edit.start).split('\n').length;
        expect(edit.line).toBe(lines);
        expect(runs(apply(layout, edit, readYaml), item, unchanged, name)).toBe(!trace.runs);
        decided += 1;
      }
    }
  });
  test('is found for more than 130 decisions', () => {
    expect(decided).toBeGreaterThan(130);
  });
});

describe("the line that decides for this repository's own jobs", async () => {
  const { layout, project } = await loadTenant(import.meta.dirname);
  const item = { pipeline: 'check', project, ref: { branch: 'main' } };
  test.each(['packages/cache/README.md', 'packages/config/src/index.ts', 'SECURITY.md'])(
    'when %s is changed',
    (file) => {
      for (const name of freeze(layout, { ...item, files: undefined }).reasons.keys()) {
        const change = { ...item, files: [file] };
        const trace = traceOf(layout, change, name);
        const edit = decisiveEdit(layout, change, name, trace, { read: readYaml });
        expect(edit, name).toBeDefined();
        if (edit !== undefined)
          expect(runs(apply(layout, edit, readYaml), change, undefined, name)).toBe(!trace.runs);
      }
    },
  );
});
