import { expect, test } from 'vitest';
import { describeLibrary } from './description.ts';

test('a library says its name', () => {
  expect(describeLibrary()).toEqual({ name: 'constraints' });
});
