import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readNote } from '../../src/reno/note.js';
import { readSettings } from '../../src/reno/settings.js';

/** @type {string} */
let root;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'oslofjord-settings-'));
  mkdirSync(join(root, 'releasenotes'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** @param {string} text */
const read = (text) => {
  writeFileSync(join(root, 'reno.yaml'), text);
  return readSettings(root);
};

test('a configuration that is no mapping is refused with its name', () => {
  expect(() => read('- a\n')).toThrow(/reno\.yaml must be a mapping of options, but is \["a"\]/u);
});

test('every option of the wrong kind is named at once', () => {
  expect(() => read('notesdir: 3\nsections: x\nsemver_major: upgrade\n')).toThrow(
    /'notesdir' must be a text; quote it, but is 3; 'sections' must be a list, but is "x"; 'semver_major' must be a list/u,
  );
});

test('a pattern that cannot be read is named with its option', () => {
  expect(() => read('branch_name_re: "("\n')).toThrow(/'branch_name_re', "\(", is no pattern/u);
});

test('what is no YAML is told with its file', () => {
  expect(() => read('a: [\n')).toThrow(/reno\.yaml: .* at line 2/u);
  const settings = read('');
  expect(() => readNote('fixes:\n  - "a\n', 'notes/n.yaml', settings)).toThrow(/^notes\/n\.yaml: .*line/u);
  expect(() => readNote('fixes:\n  - a\u0007\n', 'notes/n.yaml', settings)).toThrow(
    'notes/n.yaml: line 2 has the character U+0007, which YAML does not allow; remove it',
  );
});
