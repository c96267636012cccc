// What every library counts: 100 series of three labels, and durations that fall into 17 buckets.
export const NAMES = ['method', 'status', 'route'];
export const BOUNDS = [0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 25, 50, 75, 100];

export const combinations = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'].flatMap((method) =>
  ['200', '201', '404', '500'].flatMap((status) =>
    ['/a', '/b/:id', '/c/:id/d', '/e', '/f'].map((route) => ({ method, status, route })),
  ),
);

/** Durations without a pattern, the same in every run. */
export const values = Float64Array.from(
  { length: 128 },
  (_, index) => (((index * 7919) % 997) / 997) ** 4 * 20,
);

/** @param {number} index */
export const labelsOf = (index) => ({
  method: ['GET', 'POST', 'PUT', 'DELETE'][index & 3] ?? '',
  status: String(200 + (index % 5)),
  route: `/api/v1/resource/${String(Math.floor(index / 20))}/:id`,
});

/**
 * What a text page says, in a form that does not depend on order and number format: how many samples of values other
 * than `_created` there are, and their sum.
 * @param {string} page
 */
export const digest = (page) => {
  let samples = 0;
  let sum = 0;
  for (const line of page.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    samples += 1;
    sum += Number(line.slice(line.lastIndexOf(' ') + 1));
  }
  return `${String(samples)} samples, ${sum.toPrecision(10)}`;
};
