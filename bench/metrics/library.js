const worker = (name, ...words) => [process.execPath, `metrics/workers/${name}.js`, ...words];

const OURS = '@oslofjord/metrics';
const PEERS = {
  'prom-client': 'prom-client 15.1.3',
  'prometheus-io': '@prometheus-io/client 0.16.1',
  opentelemetry: '@opentelemetry/sdk-metrics 2.12.1',
};

/** @param {string} script @param {string[]} words @param {string[]} peers */
const contenders = (script, words, peers) => [
  { name: OURS, command: worker(script, 'ours', ...words) },
  ...peers.map((peer) => ({ name: PEERS[peer] ?? peer, command: worker(script, peer, ...words) })),
];

const rows = (what, peers, target) =>
  peers.map((peer) => ({ name: `${what}, against ${PEERS[peer]}`, ours: OURS, peer: PEERS[peer], target }));

const ALL = ['prom-client', 'prometheus-io', 'opentelemetry'];
const PROMETHEUS = ['prom-client', 'prometheus-io'];

const EVENTS =
  'A unit is one event in each of 100 series with three labels. Ours validates labels and values and watches its limits.';

export const library = [
  {
    title: 'Counting with labels',
    method: EVENTS,
    contenders: contenders('events', ['inc'], ALL),
    rows: rows('inc(labels)', ALL, 5),
  },
  {
    title: 'Observing with labels, 17 buckets',
    method: EVENTS,
    contenders: contenders('events', ['observe'], ALL),
    rows: rows('observe(labels)', ALL, 5),
  },
  {
    title: 'Counting with bound handles',
    method: `${EVENTS} OpenTelemetry has no handles.`,
    contenders: contenders('events', ['bound-inc'], PROMETHEUS),
    rows: rows('bound inc()', PROMETHEUS, 50),
  },
  {
    title: 'Observing with bound handles, 17 buckets',
    method: `${EVENTS} OpenTelemetry has no handles.`,
    contenders: contenders('events', ['bound-observe'], PROMETHEUS),
    rows: rows('bound observe()', PROMETHEUS, 50),
  },
  {
    title: 'A text page of 100,000 counters',
    method: 'A unit is a page as bytes; one series in a hundred changes before each.',
    contenders: contenders('scrape', ['counter', '100000'], PROMETHEUS),
    rows: rows('page of 100,000 counters', PROMETHEUS, 3),
  },
  {
    title: 'A text page of 10,000 histograms',
    method: 'A unit is a page of 200,000 lines as bytes; one series in a hundred changes before each.',
    contenders: contenders('scrape', ['histogram', '10000'], PROMETHEUS),
    rows: rows('page of 10,000 histograms', PROMETHEUS, 2.5),
  },
  {
    title: 'One page for four worker processes',
    method:
      'Each worker has 2,000 counters and 500 histograms of 7 buckets. Time on the wall of a page; ours reads the files that workers write every 100 ms.',
    unit: 'per second',
    contenders: contenders('aggregation', ['time'], ['prom-client']),
    rows: rows('page of four workers', ['prom-client'], 20),
  },
  {
    title: "How long that page blocks the primary's loop",
    method:
      'The longest pause of the event loop while a page is made, median of ten pages; the figure is 1000 / milliseconds.',
    unit: '1000 / ms',
    isCold: true,
    contenders: contenders('aggregation', ['blocking'], ['prom-client']),
    rows: rows('blocking by the page of four workers', ['prom-client'], 10),
  },
];
