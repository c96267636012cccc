import { entriesOf, isDict } from './values.ts';

/**
 * Whether a value has at most so many parts when it is written out. Aliases in YAML can make a short text as large as
 * they like, and a value can hold itself.
 */
export const hasAtMost = (root: unknown, parts: number): boolean => {
  const open = [root];
  let count = 0;
  while (open.length > 0) {
    const value = open.pop();
    count += 1;
    if (count + open.length > parts) return false;
    if (Array.isArray(value)) {
      for (const item of value) open.push(item);
    } else if (isDict(value)) {
      for (const [key, item] of entriesOf(value)) open.push(key, item);
    }
  }
  return true;
};
