// A Keystone for the bench, with a service, an endpoint, ten registered limits and a project; gone when the bench ends.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withServer } from '@oslofjord/services';

export const NAMES = Array.from({ length: 10 }, (_, index) => `resource_${index}`);

/** @param {string} directory for the configuration of the Python contender */
export const prepareKeystone = async (directory) => {
  const { url, address } = await withServer('keystone', { own: true, processes: 1 });
  const auth = {
    type: 'password',
    authUrl: url,
    username: address.username,
    password: address.password,
    userDomainId: 'default',
    systemScope: 'all',
  };
  const identity = {
    methods: ['password'],
    password: { user: { name: auth.username, domain: { id: 'default' }, password: auth.password } },
  };
  const send = async (path, body, token = '') => {
    const headers = { 'content-type': 'application/json', 'x-auth-token': token };
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`POST ${path} was answered ${response.status}`);
    return response;
  };
  const issued = await send('/auth/tokens', { auth: { identity, scope: { system: { all: true } } } });
  const token = issued.headers.get('x-subject-token') ?? '';
  const create = async (kind, body) =>
    (await (await send(`/${kind}s`, { [kind]: body }, token)).json())[kind].id;
  const serviceId = await create('service', { type: 'bench', name: 'bench' });
  const place = { service_id: serviceId, region_id: 'RegionOne' };
  const endpointId = await create('endpoint', { ...place, interface: 'public', url: 'http://127.0.0.1:9' });
  const projectId = await create('project', { name: 'bench', domain_id: 'default' });
  const limits = NAMES.map((name) => ({ ...place, resource_name: name, default_limit: 5 }));
  await send('/registered_limits', { registered_limits: limits }, token);
  const configuration = join(directory, 'oslo_limit.conf');
  const logIn = `auth_url = ${url}\nauth_type = password\nusername = ${auth.username}\npassword = ${auth.password}\nuser_domain_id = default\n`;
  writeFileSync(configuration, `[oslo_limit]\n${logIn}system_scope = all\nendpoint_id = ${endpointId}\n`);
  return { configuration, task: JSON.stringify({ auth, serviceId, projectId, names: NAMES }) };
};
