import { CommandFailure, type Command } from './command.ts';
import { migrate, MIGRATION_FLAGS } from './migrating.ts';
import type { Arguments } from './arguments.ts';

const NOTES =
  'Prints the new text, unless --in-place or --output-file says where to write it; what was there is kept as\nFILE.bak. Compares what both files decide, and writes nothing that decides otherwise.';

const IN_PLACE = { name: 'in-place', type: 'switch', help: 'write the file itself' } as const;

const sourceOf = (given: Arguments): { path: string; inPlace: boolean } => {
  const [path, ...more] = given.operands;
  if (path === undefined || more.length > 0)
    throw new CommandFailure('name one policy file', { exitCode: 2 });
  return { path, inPlace: given.has('in-place') };
};

export const convert: Command = {
  name: 'convert',
  summary: 'Writes a policy file in YAML, with everything that equals a default as a comment.',
  operands: 'FILE',
  notes: NOTES,
  flags: [...MIGRATION_FLAGS, IN_PLACE],
  run: (given, { directory }) => migrate(given, directory, sourceOf(given), { upgradeNames: false }),
};

export const upgrade: Command = {
  name: 'upgrade',
  summary: 'Does what convert does, and moves rules under old names to the new ones.',
  operands: 'FILE',
  notes: NOTES,
  flags: [
    ...MIGRATION_FLAGS,
    IN_PLACE,
    { name: 'keep-defaults', type: 'switch', help: 'leave rules that equal a default as they are' },
  ],
  run: (given, { directory }) =>
    migrate(given, directory, sourceOf(given), { commentOutDefaults: !given.has('keep-defaults') }),
};
