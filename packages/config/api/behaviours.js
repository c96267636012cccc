// What users of this package rely on beyond its types; `release-notes check` records it and finds what changed.
const TYPES = {
  string: ['a', '  a  ', '"quoted"', ''],
  integer: ['42', '1_000', '-7', '1.5', 'x'],
  float: ['1.5', '1e3', 'inf', 'x'],
  boolean: ['true', 'Yes', 'on', '1', 'no', 'off', 'maybe'],
  port: ['80', '65536'],
  list: ['a, b,c', ''],
  dict: ['a:1, b:2', 'a'],
  multiString: ['a'],
  uri: ['http://host/path', 'no uri'],
  host: ['::1', 'a.example', 'a b'],
  duration: ['30', '250ms', '10m', '1 h', 'x'],
  size: ['512', '10MB', '10MiB', 'x'],
};

const answerOf = (read) => {
  try {
    return String(JSON.stringify(read(), (_, value) => (value === Infinity ? 'Infinity' : value)));
  } catch (error) {
    return `refused: ${String(error.code ?? error.name)}`;
  }
};

export const behaviours = [
  {
    name: 'value of a file',
    breaks: 'A file is read as another value than before, or refused.',
    observe: async (load) => {
      const { optionGroup, resolve } = await load('.');
      const facts = {};
      for (const [type, texts] of Object.entries(TYPES)) {
        const group = optionGroup({ name: 'g', options: { theOption: { type } } });
        for (const text of texts) {
          const files = [{ path: 'a.conf', text: `[g]\nthe_option = ${text}\n` }];
          facts[`${type} ${JSON.stringify(text)}`] = answerOf(() => resolve(group, { files }).theOption);
        }
      }
      return facts;
    },
  },
  {
    name: 'rank of sources',
    breaks: 'Another of several sources wins, or a variable or argument has another name.',
    observe: async (load) => {
      const { optionGroup, resolve } = await load('.');
      const group = optionGroup({ name: 'api', options: { bindPort: { type: 'port', default: 1 } } });
      const sources = {
        defaults: { bindPort: 2 },
        files: [{ path: 'a.conf', text: '[api]\nbind_port = 3\n' }],
        environment: { OS_API__BIND_PORT: '4' },
        arguments: ['--api-bind-port=5'],
        values: { bindPort: 6 },
      };
      const facts = { none: answerOf(() => resolve(group, {})) };
      let given = {};
      for (const [name, source] of Object.entries(sources)) {
        given = { ...given, [name]: source };
        facts[`with ${name}`] = answerOf(() => resolve(group, given));
      }
      return facts;
    },
  },
];
