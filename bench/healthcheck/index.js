const worker = (name, ...words) => [process.execPath, `healthcheck/workers/${name}.js`, ...words];

const OURS = '@oslofjord/healthcheck, attached';
const RAW = 'node:http, the same bytes sent by hand';
const HANDLER = '@oslofjord/healthcheck, unchanged state';
const TERMINUS = '@godaddy/terminus 4.12.1, three checks that are done at once';
const CALL = '@oslofjord/healthcheck, begin and ok';
const LOOP = 'an empty loop, and 5 ns a turn';
const MONITORS = '@oslofjord/healthcheck with ten components, per second it runs';
const BUDGET = '0.35 % of a core, per second';

export const bench = [
  {
    title: 'A health check over HTTP',
    method:
      'Processor time of the server process; 32 kept connections from another process, one request after the other on each. Peers have three checks that are done at once.',
    contenders: [
      { name: RAW, command: worker('serve', 'raw') },
      { name: OURS, command: worker('serve', 'ours') },
      { name: '@godaddy/terminus 4.12.1', command: worker('serve', 'terminus') },
      { name: 'lightship 9.0.4', command: worker('serve', 'lightship') },
      { name: '@fastify/under-pressure 9.2.0', command: worker('serve', 'under-pressure') },
      { name: '@cloudnative/health-connect 2.1.0', command: worker('serve', 'cloudnative') },
      { name: '@nestjs/terminus 12.1.0', command: worker('serve', 'nest') },
    ],
    // Within 1.05 times of the bound is at least 1 / 1.05 of its rate.
    rows: [
      {
        name: 'health over HTTP against the bound of node:http (1 / 1.05)',
        ours: OURS,
        peer: RAW,
        target: 0.952,
      },
      { name: 'health over HTTP against terminus', ours: OURS, peer: '@godaddy/terminus 4.12.1', target: 1 },
    ],
  },
  {
    title: 'The handler alone, nothing having changed',
    method:
      'A request and a response that are no sockets; the status and the body that come out are compared first.',
    contenders: [
      { name: HANDLER, command: worker('handle', 'ours') },
      { name: TERMINUS, command: worker('handle', 'terminus') },
      {
        name: '@cloudnative/health-connect 2.1.0, three checks that are done at once',
        command: worker('handle', 'cloudnative'),
      },
    ],
    rows: [{ name: 'the handler against terminus', ours: HANDLER, peer: TERMINUS, target: 10 }],
  },
  {
    title: 'Recording a call',
    method:
      'A call that begins and succeeds on a component that works, beside an empty loop of the same length.',
    contenders: [
      { name: LOOP, command: worker('record', 'loop') },
      { name: CALL, command: worker('record', 'call') },
    ],
    rows: [{ name: 'begin and ok within an empty loop and 5 ns', ours: CALL, peer: LOOP, target: 1 }],
  },
  {
    title: 'Standing by',
    method:
      'Processor time of a process in which nothing happens but ticks and the monitor of the event loop, two seconds a round.',
    contenders: [
      { name: BUDGET, command: worker('stand-by', 'budget') },
      { name: MONITORS, command: worker('stand-by', 'ours') },
    ],
    rows: [{ name: 'default monitors within 0.35 % of a core', ours: MONITORS, peer: BUDGET, target: 1 }],
  },
];
