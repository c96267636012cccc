// `npm test`: sets up, then runs every voting job of the check pipeline here, and ends with the count of tests. Further
// words go to `zuul-local run`.
import { setUp } from './setup.js';

setUp();
const { runJobs, votingJobs } = await import('./src/run-jobs.js');
process.exitCode = runJobs([...votingJobs(['--all']), '--all', ...process.argv.slice(2)]);
