import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configuredService, type ConfiguredService } from '../../src/configured.ts';
import { Faults } from '../../src/console/demo/faults.ts';
import { readOptions } from '../../src/options.ts';
import { SOURCE } from '../programs.ts';

/** A running service with its console. */
export interface Served extends AsyncDisposable {
  readonly service: ConfiguredService;
  /** Breaks its database and its cache. */
  readonly faults: Faults;
  readonly address: string;
  /** The address that lets its reader into the console. */
  readonly entrance: string;
  readonly policyFile: string;
  readonly disableFile: string;
  /** A request to the API. */
  call(who: string, method: string, path: string, body?: object): Promise<Response>;
}

/** Limits of a tree: a cloud with two projects, one of which has a part of its own. */
export const TREE = `model: nested
registered: { volumes: 10, gigabytes: 500 }
parents: { alpha: cloud, beta: cloud, lab: beta }
projects:
  cloud: { volumes: 20, gigabytes: 900 }
  beta: { volumes: 3 }
`;
const SHIPPED = await readFile(join(SOURCE, 'etc', 'limits.yaml'), 'utf8');

/** Starts the service on parts inside this process with its console on a free port. */
export const serve = async (limits: string = SHIPPED): Promise<Served> => {
  const folder = await mkdtemp(join(tmpdir(), 'volume-console-'));
  const [policyFile, limitsFile, disableFile] = ['policy.yaml', 'limits.yaml', 'disabled'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await writeFile(limitsFile, limits);
  await writeFile(policyFile, '# Auditors see all.\n"volume:list_all": "rule:admin or role:auditor"\n');
  const { policy, ...options } = readOptions([], [], {});
  const faults = new Faults();
  const service = await configuredService(
    {
      ...options,
      ...{ limitsFile, console: true },
      policy: { ...policy, policyFile },
      healthcheck: { backends: ['disable_by_file'], disableByFilePath: disableFile },
    },
    { configDirs: [folder], faults },
  );
  const address = await service.app.listen({ host: '127.0.0.1', port: 0 });
  return {
    service,
    faults,
    address,
    entrance: `${address}${service.console?.path ?? ''}`,
    policyFile,
    disableFile,
    call: (who, method, path, body) =>
      fetch(`${address}${path}`, {
        method,
        headers: {
          'x-auth-token': who,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    [Symbol.asyncDispose]: () => service.close(),
  };
};
