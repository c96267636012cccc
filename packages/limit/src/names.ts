/** Orders texts by code points, as Python does; JavaScript's own order differs beyond U+FFFF. */
export const byCodePoint = (left: string, right: string): number => {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    let a = left.charCodeAt(index);
    let b = right.charCodeAt(index);
    if (a === b) continue;
    // Surrogates stand for code points above all others of one unit.
    if (a >= 0xd800 && b >= 0xd800) {
      a = a >= 0xe000 ? a - 0x800 : a + 0x2000;
      b = b >= 0xe000 ? b - 0x800 : b + 0x2000;
    }
    return a - b;
  }
  return left.length - right.length;
};

/** The names in order; the same array when it is in order already. */
export const sortedNames = (names: readonly string[]): readonly string[] => {
  for (let index = 1; index < names.length; index += 1) {
    if (byCodePoint(names[index - 1] ?? '', names[index] ?? '') > 0) return [...names].sort(byCodePoint);
  }
  return names;
};
