// A test that prints has either forgotten a debug line or caught a library logging by itself: both fail.
import { afterEach, beforeEach, expect, vi } from 'vitest';

const METHODS = /** @type {const} */ (['log', 'info', 'warn', 'error', 'debug']);
let printed = /** @type {string[]} */ ([]);

beforeEach(() => {
  printed = [];
  for (const method of METHODS) {
    vi.spyOn(console, method).mockImplementation((...words) => {
      printed.push(`console.${method}: ${words.map(String).join(' ')}`);
    });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
  expect(printed, 'nothing may be printed during a test').toEqual([]);
});
