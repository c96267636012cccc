import { placeOf } from '../address.js';
import { answers } from '../wire.js';
import { ini, SYSTEM_PATH, uwsgiArguments } from './keystone.js';

/** @import { KeystoneOptions } from './keystone.js' */
/** @import { Address } from '../address.js' */
/** @import { ServerKind } from '../kind.js' */

/**
 * @typedef {object} PlacementOptions
 * @property {{ url: string, address: Address }} [keystone] a server of the kind `keystone` that checks tokens; this one is
 *   registered there with user `placement` of project `service`. Without it `X-Auth-Token: admin` is let in
 * @property {KeystoneOptions['connections']} [connections]
 * @property {number} [processes] default 1
 * @property {number} [threads] of each; default 2
 */

/** Of the user `placement` in Keystone. */
const PASSWORD = 'oslofjord';

/**
 * One administrator's request to Keystone.
 * @typedef {(method: string, path: string, body?: object) => Promise<any>} Ask
 */

/** @param {string} url @param {Address} address @returns {Promise<Ask>} */
const administrator = async (url, { username = 'admin', password }) => {
  const user = { name: username, domain: { id: 'default' }, password };
  const auth = { identity: { methods: ['password'], password: { user } }, scope: { system: { all: true } } };
  /** @param {string} method @param {string} path @param {object | undefined} body @param {string} token */
  const send = async (method, path, body, token) => {
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', 'x-auth-token': token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} of Keystone answered ${String(response.status)}`);
    return response;
  };
  const token = (await send('POST', '/auth/tokens', { auth }, '')).headers.get('x-subject-token') ?? '';
  return async (method, path, body) => {
    const text = await (await send(method, path, body, token)).text();
    return text === '' ? undefined : JSON.parse(text);
  };
};

/**
 * Makes the project, user, role assignment, service and endpoint that Placement needs, as far as they are missing.
 * @param {Ask} ask
 * @param {string} endpoint
 */
const register = async (ask, endpoint) => {
  /** @param {string} kind @param {string} query @param {object} body @returns {Promise<string>} id */
  const ensure = async (kind, query, body) => {
    const found = await ask('GET', `/${kind}s?${query}`);
    return found[`${kind}s`][0]?.id ?? (await ask('POST', `/${kind}s`, { [kind]: body }))[kind].id;
  };
  const domain = 'default';
  const project = await ensure('project', 'name=service&domain_id=default', {
    name: 'service',
    domain_id: domain,
  });
  const user = await ensure('user', 'name=placement&domain_id=default', {
    ...{ name: 'placement', domain_id: domain, password: PASSWORD },
  });
  const role = await ensure('role', 'name=admin', { name: 'admin' });
  await ask('PUT', `/projects/${project}/users/${user}/roles/${role}`);
  const service = await ensure('service', 'type=placement', { type: 'placement', name: 'placement' });
  await ask('POST', '/endpoints', {
    endpoint: { service_id: service, region_id: 'RegionOne', interface: 'public', url: endpoint },
  });
};

/** @type {ServerKind<PlacementOptions>} */
export const placement = {
  name: 'placement',
  description: 'Placement, OpenStack’s inventory service, on SQLite',
  defaultPort: 8_778,
  packages: () => ['placement-api', 'uwsgi-core', 'uwsgi-plugin-python3'],
  binaries: () => ['placement-api', 'uwsgi_python3'],
  directories: ['/usr/bin'],
  users: ['placement'],
  deadline: 60_000,
  ready: (address) => answers(address, '/'),

  async prepare({ options, directory, host, port, write }) {
    const { keystone } = options;
    if (keystone !== undefined) {
      await register(await administrator(keystone.url, keystone.address), `http://${host}:${String(port)}`);
    }
    write(
      'placement.conf',
      ini({
        DEFAULT: { use_stderr: true },
        api: { auth_strategy: keystone === undefined ? 'noauth2' : 'keystone' },
        placement_database: { connection: `sqlite:///${directory}/placement.sqlite`, sync_on_startup: true },
        oslo_policy: { policy_dirs: `${directory}/policy.d` },
        ...(keystone === undefined
          ? {}
          : {
              keystone_authtoken: {
                www_authenticate_uri: keystone.url,
                auth_url: keystone.url,
                auth_type: 'password',
                username: 'placement',
                password: PASSWORD,
                user_domain_id: 'default',
                project_name: 'service',
                project_domain_id: 'default',
              },
            }),
      }),
    );
  },

  command: ({ options, directory, host, port, binaries }) => ({
    file: binaries['uwsgi_python3'] ?? '',
    args: [
      ...uwsgiArguments(binaries['placement-api'] ?? '', `${host}:${String(port)}`, options),
      ...(options.args ?? []),
    ],
    environment: { PATH: SYSTEM_PATH, OS_PLACEMENT_CONFIG_DIR: directory },
  }),

  address: ({ host, port }) => ({ host, port }),

  url: (address) => `${address.tls === undefined ? 'http' : 'https'}://${placeOf(address)}`,
};
