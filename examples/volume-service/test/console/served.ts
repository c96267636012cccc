import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedService, type EmbeddedService } from '../../src/embedded.ts';
import { policies } from '../../src/policies.ts';
import { RecordingEnforcer } from '../../src/console/watch/recording-enforcer.ts';

/** A running service with its console. */
export interface Served extends AsyncDisposable {
  readonly service: EmbeddedService;
  readonly enforcer: RecordingEnforcer;
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
const FLAT = 'registered: { volumes: 10, gigabytes: 500 }\nprojects: { beta: { volumes: 3 } }\n';

/** Starts the embedded service with its console on a free port. */
export const serve = async (limits: string = FLAT): Promise<Served> => {
  const folder = await mkdtemp(join(tmpdir(), 'volume-console-'));
  const [policyFile, limitsFile, disableFile] = ['policy.yaml', 'limits.yaml', 'disabled'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await writeFile(limitsFile, limits);
  await writeFile(policyFile, '# Auditors see all.\n"volume:list_all": "rule:admin or role:auditor"\n');
  const enforcer = new RecordingEnforcer({ policies, policyFile, policyDirs: [], reloadInterval: '50ms' });
  await enforcer.load();
  const service = await embeddedService({
    enforcer,
    limitsFile,
    healthcheck: { backends: ['disable_by_file'], disableByFilePath: disableFile },
  });
  const address = await service.app.listen({ host: '127.0.0.1', port: 0 });
  return {
    service,
    enforcer,
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
    [Symbol.asyncDispose]: async () => {
      enforcer.close();
      await service.close();
    },
  };
};
