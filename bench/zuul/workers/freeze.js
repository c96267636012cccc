import { contend } from '../../harness/contender.js';
import { freeze } from '../../../tools/zuul/src/freeze.js';
import { loadTenant } from '../../../tools/zuul/src/tenant.js';
import { trackedFiles } from '../../../tools/workspace/src/tracked-files.js';

const [root] = process.argv.slice(2);
const { layout, project } = await loadTenant(root);
const files = trackedFiles(root);
const changes = Array.from({ length: 64 }, (_, index) =>
  Array.from({ length: 1 + (index % 8) }, (__, turn) => files[(index * 97 + turn * 31) % files.length]),
);
const frozen = (index) =>
  freeze(layout, { pipeline: 'check', project, ref: { branch: 'main' }, files: changes[index] });
const isSound = changes.every((_, index) => frozen(index).jobs.length > 1);
await contend({ answers: isSound ? 'frozen' : 'not frozen', size: changes.length, step: 8, work: frozen });
