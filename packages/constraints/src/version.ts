const PARTS = /^(\d+)\.(\d+)\.(\d+)(?:-([^+]+))?/u;

/**
 * Compares two versions as semver orders them; what is no version comes first.
 *
 * @returns negative when `one` comes before `other`
 */
export const compareVersions = (one: string, other: string): number => {
  const [a, b] = [PARTS.exec(one), PARTS.exec(other)];
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  for (const part of [1, 2, 3]) {
    const difference = Number(a[part]) - Number(b[part]);
    if (difference !== 0) return difference;
  }
  if (a[4] === undefined || b[4] === undefined)
    return Number(a[4] === undefined) - Number(b[4] === undefined);
  return a[4].localeCompare(b[4], 'en', { numeric: true });
};
