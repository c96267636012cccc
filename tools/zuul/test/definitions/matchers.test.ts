// The generated matchers against Nx itself: for random sets of files, the jobs that Zuul selects are those of whose tasks
// Nx would find the hash changed. Nx's own `affected` selects whole projects and leaves the rest to its cache.
import devkit, { type NxJsonConfiguration, type ProjectGraph } from '@nx/devkit';
import { filterAffected } from 'nx/src/project-graph/affected/affected-project-graph.js';
import { HashPlanInspector } from 'nx/src/hasher/hash-plan-inspector.js';
import { WholeFileChange } from 'nx/src/project-graph/file-utils.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { matchesGlob } from '../../../workspace/src/glob.js';
import { ROOT } from '../../../workspace/setup.js';
import { projectsWithTests, selectTests, testFilesOf } from '../../../workspace/src/test-files.js';
import { trackedFiles } from '../../../workspace/src/tracked-files.js';
import { generate } from '../../src/commands/gen.js';
import { ownJobs } from '../../src/gen/job-inputs.js';
import { filesMatch, patternOf } from '../../src/matchers.js';
import type { FrozenJob } from '../../src/frozen-job.js';
import { loadTenant } from '../../src/tenant.js';
import { readYaml } from '../../src/yaml.js';

const RUNS = 500 * Number(process.env.PROPERTY_RUNS ?? 1);
const SEED = Number(process.env.PROPERTY_SEED ?? 20_26);
/** What every task depends on, for whose sake Nx looks into the lock rather than at the file. */
const INSTALLATION = ['package-lock.json', '.npmrc', '.nvmrc', '.gitignore'];

/** Numbers below 1 that depend on the seed only. */
const randomFrom = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
};

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

interface Subject {
  readonly files: readonly string[];
  readonly graph: ProjectGraph;
  /** The files that a task's hash is made of, by Nx. */
  readonly hashed: (project: string, target: string) => ReadonlySet<string>;
  /** The generated patterns, by job. */
  readonly patterns: ReadonlyMap<string, readonly string[]>;
  readonly jobs: readonly FrozenJob[];
  readonly project: string;
}

const load = async (): Promise<Subject> => {
  process.chdir(ROOT);
  const tenant = await loadTenant(ROOT);
  const graph = await devkit.createProjectGraphAsync({ exitOnError: true });
  const inspector = new HashPlanInspector(graph);
  await inspector.init();
  const known = new Map<string, ReadonlySet<string>>();
  const hashed = (project: string, target: string): ReadonlySet<string> => {
    const key = `${project}:${target}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const plans = Object.values(inspector.inspectTaskInputs({ project, target }));
    const set = new Set(plans.flatMap(({ files }) => files));
    known.set(key, set);
    return set;
  };
  const entries = readYaml(await generate(tenant)) as { job: { name: string; files: string[] } }[];
  const patterns = new Map(entries.map(({ job }) => [job.name, job.files]));
  const { project } = tenant;
  return { files: trackedFiles(ROOT), graph, hashed, patterns, jobs: ownJobs(tenant), project };
};

let subject: Subject;
beforeAll(async () => {
  subject = await load();
}, 120_000);

/** The files of a job as Nx has them, with what its variables and playbooks add. */
const expectedOf = (job: FrozenJob): ReadonlySet<string> => {
  const { files, graph, hashed } = subject;
  const vars = job.variables.vars;
  const targets = texts(vars.targets);
  const folders = texts(vars.projects);
  const patterns = { tests: texts(vars.tests), without: texts(vars.without) };
  const roots =
    folders.length === 0
      ? Object.values(graph.nodes).map(({ data }) => data.root)
      : targets.length > 0
        ? folders
        : projectsWithTests(ROOT, folders);
  const expected = new Set(INSTALLATION);
  for (const [name, { data }] of Object.entries(graph.nodes)) {
    if (!roots.includes(data.root)) continue;
    const tests = targets.length > 0 ? [] : testFilesOf(ROOT, data.root, [...files]);
    const mine = selectTests(tests, patterns);
    if (targets.length === 0 && patterns.tests.length + patterns.without.length > 0 && mine.length === 0)
      continue;
    const others = new Set(
      tests.filter((file) => !mine.includes(file)).map((file) => `${data.root}/${file}`),
    );
    for (const target of targets.length > 0 ? targets : ['test']) {
      if (data.targets?.[target] === undefined) continue;
      for (const file of hashed(name, target)) if (!others.has(file)) expected.add(file);
    }
  }
  for (const file of files) if (texts(vars.reads).some((glob) => matchesGlob(file, glob))) expected.add(file);
  for (const { path, project } of Object.values(job.playbooks).flat())
    if (project === subject.project) expected.add(path);
  return expected;
};

/** Random sets of files: few or many, from anywhere or from one folder. */
const randomSets = (): string[][] => {
  const random = randomFrom(SEED);
  const { files } = subject;
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(random() * list.length)] as Item;
  return Array.from({ length: RUNS }, () => {
    const folder = pick(files)
      .split('/')
      .slice(0, Math.ceil(random() * 3))
      .join('/');
    const near = files.filter((file) => file.startsWith(folder));
    return Array.from({ length: Math.ceil(random() ** 2 * 8) }, () => pick(random() < 0.6 ? near : files));
  });
};

describe('for random sets of files', () => {
  test('the jobs that the matchers select are those whose tasks Nx would not replay', () => {
    const compiled = new Map(
      [...subject.patterns].map(([name, list]) => [
        name,
        list.map((regex) => patternOf(regex, () => undefined)),
      ]),
    );
    const expected = new Map(subject.jobs.map((job) => [job.name, expectedOf(job)]));
    let selections = 0;
    for (const changed of randomSets()) {
      for (const [name, files] of compiled) {
        const isSelected = filesMatch({ files, irrelevantFiles: undefined }, changed);
        const isExpected = changed.some((file) => expected.get(name)?.has(file) === true);
        if (isSelected !== isExpected)
          expect({ name, changed, isSelected }).toEqual({ name, changed, isSelected: isExpected });
        if (isSelected) selections += 1;
      }
    }
    expect(selections).toBeGreaterThan(RUNS);
  });

  test(
    'every project that nx affected selects for a changed input of its tests has its tests selected',
    { timeout: 240_000 },
    async () => {
      const { graph, hashed, jobs, patterns } = subject;
      const nxJson = devkit.readJsonFile<NxJsonConfiguration>(`${ROOT}/nx.json`);
      const packageJson: unknown = devkit.readJsonFile(`${ROOT}/package.json`);
      const testJobs = jobs.filter(
        ({ variables }) => texts(variables.vars.projects).length > 0 && variables.vars.targets === undefined,
      );
      for (const changed of randomSets()) {
        const touched = changed.map((file) => ({
          file,
          hash: '',
          getChanges: () => [new WholeFileChange()],
        }));
        const affected = await filterAffected(graph, touched, nxJson, packageJson);
        for (const [name, { data }] of Object.entries(affected.nodes)) {
          if (data.targets?.test === undefined) continue;
          if (!changed.some((file) => hashed(name, 'test').has(file))) continue;
          const selected = testJobs.some(
            (job) =>
              projectsWithTests(ROOT, texts(job.variables.vars.projects)).includes(data.root) &&
              filesMatch(
                {
                  files: patterns.get(job.name)?.map((regex) => patternOf(regex, () => undefined)),
                  irrelevantFiles: undefined,
                },
                changed,
              ),
          );
          expect(selected, `${name} for ${changed.join(' ')}`).toBe(true);
        }
      }
    },
  );
});
