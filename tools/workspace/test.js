// `npm test`: sets up, then lints, type-checks, tests, builds and checks every project, and ends with the count of tests.
import { runNx, setUp } from './setup.js';
import { countResults, forgetResults } from './results.js';

const TARGETS = ['lint', 'typecheck', 'test', 'build', 'check-package', 'check-repository'];

setUp();
forgetResults();
const status = runNx([
  'run-many',
  '-t',
  ...TARGETS,
  '--output-style=static',
  '--nx-bail=false',
  ...process.argv.slice(2),
]);
const { passed, failed, skipped, projects } = countResults();
console.log(`\nTests of ${String(projects.length)} projects: ${projects.join(', ')}`);
// A task other than a test that failed counts as one failure, so that the line never says 0 of a failed run.
const failures = status === 0 ? failed : Math.max(failed, 1);
console.log(
  `${String(passed)} passed, ${String(failures)} failed${skipped > 0 ? `, ${String(skipped)} skipped` : ''}`,
);
process.exitCode = status === 0 && failed === 0 ? 0 : 1;
