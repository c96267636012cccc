// `npm run affected`: runs the jobs whose files differ from the base branch, and in them only the projects concerned.
// Further words go to `zuul-local run`.
import { ROOT, setUp } from './setup.js';

setUp();
const { changedFiles } = await import('./src/changed-files.js');
const { runJobs } = await import('./src/run-jobs.js');
const base = process.env.NX_BASE ?? 'main';
if (changedFiles(ROOT, base).length === 0) {
  console.log(`Nothing to run: no file differs from ${base}`);
} else {
  process.exitCode = runJobs(['--base', base, '--vars', `since=${base}`, ...process.argv.slice(2)]);
}
