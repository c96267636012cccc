import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidArgumentError } from '../../src/errors.ts';
import { sessionOptionsFromCloud } from '../../src/keystone/clouds-yaml.ts';
import { credentialsFromEnvironment } from '../../src/keystone/named.ts';
import { configuredLimits } from '../../src/options.ts';

const configured = (text: string): ReturnType<typeof configuredLimits> =>
  configuredLimits({ files: [{ path: 'service.conf', text }] });

const LOG_IN = `auth_url = http://keystone:5000
auth_type = password
username = cinder
password = hunter2
user_domain_name = Default
system_scope = all
`;

const credentials = {
  type: 'password',
  authUrl: 'http://keystone:5000',
  username: 'cinder',
  password: 'hunter2',
  userDomainName: 'Default',
  systemScope: 'all',
};

describe('[oslo_limit]', () => {
  test('says who we are, where Keystone is and whose limits are meant', () => {
    const text = `[oslo_limit]\n${LOG_IN}endpoint_id = e1\nregion_name = RegionTwo\nvalid_interfaces = internal, public\ncafile = /ca.pem\ntimeout = 5\n`;
    expect(configured(text)).toEqual({
      session: {
        auth: credentials,
        keystone: { validInterfaces: ['internal', 'public'], regionName: 'RegionTwo' },
        http: { cafile: '/ca.pem', timeout: '5000ms', insecure: false },
      },
      target: { endpointId: 'e1' },
      warnings: [],
    });
  });

  test('takes credentials from the section that auth_section names', () => {
    const text = `[oslo_limit]\nauth_section = keystone\nendpoint_service_type = volumev3\nendpoint_region_name = R\n[keystone]\n${LOG_IN}`;
    const { session, target } = configured(text);
    expect([session.auth, target]).toEqual([
      credentials,
      { serviceType: 'volumev3', regionName: 'R', interface: 'public' },
    ]);
  });

  test('names options of Keystone that were meant for the service', () => {
    const { warnings } = configured(`[oslo_limit]\n${LOG_IN}service_name = cinder\nregion_name = R\n`);
    expect(warnings.map((warning) => warning.split(' ')[0])).toEqual(['service_name', 'region_name']);
  });

  test('names everything that is missing for logging in', () => {
    expect(() => configured('[oslo_limit]\nusername = u\n')).toThrow(
      '[oslo_limit]: auth_url, password must be set',
    );
    expect(() => configured('')).toThrow(InvalidArgumentError);
    expect(() => configured('[oslo_limit]\nauth_type = v3oidcpassword\n')).toThrow(
      /v3oidcpassword is not supported/u,
    );
  });

  test('reads application credentials and tokens', () => {
    const text =
      '[oslo_limit]\nauth_url = u\nauth_type = v3applicationcredential\napplication_credential_id = i\napplication_credential_secret = s\n';
    expect(configured(text).session.auth).toEqual({
      type: 'application_credential',
      authUrl: 'u',
      applicationCredentialId: 'i',
      applicationCredentialSecret: 's',
    });
    expect(
      configured('[oslo_limit]\nauth_url = u\nauth_type = v3token\ntoken = t\ntrust_id = x\n').session.auth,
    ).toEqual({
      type: 'token',
      authUrl: 'u',
      token: 't',
      trustId: 'x',
    });
  });
});

test('the environment of OpenStack clients holds credentials', () => {
  const environment = {
    OS_AUTH_URL: 'http://keystone:5000',
    OS_USERNAME: 'cinder',
    OS_PASSWORD: 'hunter2',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_SYSTEM_SCOPE: 'all',
    PATH: '/bin',
  };
  expect(credentialsFromEnvironment(environment)).toEqual(credentials);
});

describe('clouds.yaml', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'oslofjord-limit-'));
    writeFileSync(
      join(directory, 'clouds.yaml'),
      'clouds:\n  one:\n    auth: {auth_url: "http://keystone:5000", username: cinder, user_domain_name: Default, system_scope: all}\n    region_name: R\n    interface: internal\n    verify: false\n  two: {auth: {auth_url: u}}\n',
    );
    writeFileSync(join(directory, 'secure.yaml'), 'clouds:\n  one:\n    auth: {password: hunter2}\n');
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  test('is read with secure.yaml beside it', () => {
    expect(sessionOptionsFromCloud({ path: join(directory, 'clouds.yaml'), cloud: 'one' })).toEqual({
      auth: credentials,
      keystone: { regionName: 'R', validInterfaces: ['internal'] },
      http: { insecure: true },
    });
  });

  test('needs the name of one of its clouds', () => {
    const path = join(directory, 'clouds.yaml');
    expect(() => sessionOptionsFromCloud({ path })).toThrow('say which cloud; it has one, two');
    expect(() => sessionOptionsFromCloud({ path, environment: { OS_CLOUD: 'three' } })).toThrow(
      'there is no cloud three',
    );
  });
});
