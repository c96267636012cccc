import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { reloadChannel, reloadFailedChannel, type ReloadFailedEvent } from '@oslofjord/policy';
import type { RecordedDecision } from './real-policies.ts';

/** One line of the tour: what was tried and whether it went as it should. */
export interface Step {
  readonly who: string;
  readonly does: string;
  readonly expected: string;
  readonly happened: string;
  readonly ok: boolean;
}

/** What the tour needs of a running service. */
export interface Surroundings {
  /** Where the service listens, as in `http://127.0.0.1:8776`. */
  readonly address: string;
  /** The operator's policy file. */
  readonly policyFile: string;
  /** The file that takes the service, or one node of it, out of its balancer. */
  readonly disableFile: string;
  /** Where the balancer asks about that node. @default the address */
  readonly node?: string;
  /** The tokens of the people of the story. @default their names, as development tokens are */
  readonly tokens?: Readonly<Record<string, string>>;
  /** The ids of the projects of the story. @default their names */
  readonly projects?: Readonly<Record<string, string>>;
  /** Writes the policy file and waits for what comes of it. @default in this process */
  readonly edit?: (policyFile: string, text: string) => Promise<Outcome>;
}

/** What became of an edit of the policy file. */
export interface Outcome {
  readonly type: 'reloaded' | 'refused' | 'nothing';
  readonly issues?: ReloadFailedEvent['issues'];
}

/** Writes the policy file and waits until the service in this process has taken notice of it. */
const editHere = (policyFile: string, text: string): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const finish = (outcome: Outcome): void => {
      clearTimeout(timer);
      unsubscribe(reloadChannel.name, reloaded);
      unsubscribe(reloadFailedChannel.name, refused);
      resolve(outcome);
    };
    const reloaded = (): void => {
      finish({ type: 'reloaded' });
    };
    const refused = (event: unknown): void => {
      finish({ type: 'refused', ...(event as ReloadFailedEvent) });
    };
    const timer = setTimeout(finish, PATIENCE_MILLISECONDS, { type: 'nothing' });
    subscribe(reloadChannel.name, reloaded);
    subscribe(reloadFailedChannel.name, refused);
    writeFile(policyFile, text).catch(reject);
  });

/** A step that is as it should be when what happened is what was expected, word for word. */
const compared = (who: string, does: string, expected: string, happened: string): Step => ({
  ...{ who, does, expected, happened },
  ok: happened === expected,
});

/** The operator's line of the tour. */
const edited = (does: string, expected: Outcome['type'], outcome: Outcome): Step => {
  const [issue] = outcome.issues ?? [];
  const where = issue === undefined ? '' : ` line ${issue.line ?? '?'}: ${issue.message}`;
  return {
    who: 'operator',
    does,
    expected,
    happened: `${outcome.type}${where}`,
    ok: outcome.type === expected,
  };
};

/** A request: whose token it carries, and what it asks for. */
export interface Call {
  readonly who: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

/** How long an edit of the policy file may take to have its effect. */
const PATIENCE_MILLISECONDS = 5000;

/**
 * Plays the service's story: what three kinds of people in two projects may do, and what an operator's edits change.
 * Steps are handed on as they happen.
 */
export async function* playTour({
  address,
  policyFile,
  disableFile,
  node = address,
  tokens = {},
  projects = {},
  edit = editHere,
}: Surroundings): AsyncGenerator<Step> {
  const volumesOf = (project: string): string => `/v1/projects/${projects[project] ?? project}/volumes`;
  const call = async ({ who, method, path, body }: Call): Promise<{ status: number; answer: unknown }> => {
    const response = await fetch(new URL(path, address), {
      method,
      headers: {
        'x-auth-token': tokens[who] ?? who,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, answer: text === '' ? undefined : JSON.parse(text) };
  };
  const title = (answer: unknown): string =>
    typeof answer === 'object' && answer !== null && 'title' in answer ? ` ${String(answer.title)}` : '';
  const step = async (does: string, status: number, request: Call): Promise<Step> => {
    const { status: happened, answer } = await call(request);
    return {
      who: request.who,
      does,
      expected: String(status),
      happened: `${happened}${title(answer)}`,
      ok: happened === status,
    };
  };
  const create = async (who: string, project: string, name: string): Promise<string> => {
    const { answer } = await call({
      who,
      method: 'POST',
      path: volumesOf(project),
      body: { name, size: 10 },
    });
    return (answer as { id: string }).id;
  };

  const alpha = volumesOf('alpha');
  const body = { name: 'data', size: 20 };
  yield step('creates a volume in its project', 201, {
    who: 'member-of-alpha',
    method: 'POST',
    path: alpha,
    body,
  });
  yield step('creates a volume, but only reads', 403, {
    who: 'reader-of-alpha',
    method: 'POST',
    path: alpha,
    body,
  });
  yield step('creates a volume in another project', 403, {
    who: 'member-of-beta',
    method: 'POST',
    path: alpha,
    body,
  });
  yield step('lists the volumes of its project', 200, { who: 'reader-of-alpha', method: 'GET', path: alpha });
  yield step('lists the volumes of another project', 403, {
    who: 'reader-of-beta',
    method: 'GET',
    path: alpha,
  });

  const id = await create('member-of-beta', 'beta', 'logs');
  const volume = `/v1/volumes/${id}`;
  const larger = { size: 30 };
  yield step('resizes its volume', 200, {
    who: 'member-of-beta',
    method: 'POST',
    path: `${volume}/resize`,
    body: larger,
  });
  yield step('resizes it, but only reads', 403, {
    who: 'reader-of-beta',
    method: 'POST',
    path: `${volume}/resize`,
    body: larger,
  });
  yield step('looks at a volume of another project', 404, {
    who: 'member-of-alpha',
    method: 'GET',
    path: volume,
  });
  yield step('lists the volumes of all projects', 200, {
    who: 'admin-of-cloud',
    method: 'GET',
    path: '/v1/volumes',
  });
  yield step('lists the volumes of all projects', 403, {
    who: 'member-of-alpha',
    method: 'GET',
    path: '/v1/volumes',
  });
  yield step('lists projects with a token of the system', 200, {
    who: 'reader-of-system',
    method: 'GET',
    path: '/v1/projects',
  });
  yield step('lists projects with a token of a project: wrong scope', 403, {
    who: 'reader-of-alpha',
    method: 'GET',
    path: '/v1/projects',
  });
  yield step('lists all volumes: the operator allows auditors', 200, {
    who: 'auditor-of-alpha',
    method: 'GET',
    path: '/v1/volumes',
  });
  yield step('sends no token that is known', 401, { who: 'nobody', method: 'GET', path: '/v1/volumes' });

  const written = await readFile(policyFile, 'utf8');
  const rule = '"volume:create": "rule:project_reader"';
  const opened = await edit(policyFile, `${written}\n# Readers may create volumes, for now.\n${rule}\n`);
  yield edited('lets readers create volumes, without a restart', 'reloaded', opened);
  yield step('creates a volume now', 201, { who: 'reader-of-alpha', method: 'POST', path: alpha, body });

  const broken = await edit(policyFile, `${written}\n${rule}\n"volume:delete": no\n`);
  yield edited('writes `"volume:delete": no`, which in YAML is false', 'refused', broken);
  yield step('still creates: the last good policy stays', 201, {
    who: 'reader-of-alpha',
    method: 'POST',
    path: alpha,
    body,
  });
  yield step('deletes a volume of another project: still hidden', 404, {
    who: 'reader-of-alpha',
    method: 'DELETE',
    path: volume,
  });

  const restored = await edit(policyFile, written);
  yield edited('puts the file back', 'reloaded', restored);
  yield step('creates a volume: denied again', 403, {
    who: 'reader-of-alpha',
    method: 'POST',
    path: alpha,
    body,
  });
  yield step('deletes its volume', 204, { who: 'member-of-beta', method: 'DELETE', path: volume });

  /** Asks for volumes of 1 GiB at once; answers the ids of those that were made, and how many were over a quota. */
  const createAtOnce = async (
    who: string,
    project: string,
    count: number,
  ): Promise<{ made: string[]; over: number }> => {
    const attempts = Array.from({ length: count }, (_, index) =>
      call({ who, method: 'POST', path: volumesOf(project), body: { name: `at once ${index}`, size: 1 } }),
    );
    const answers = await Promise.all(attempts);
    return {
      made: answers.flatMap(({ status, answer }) => (status === 201 ? [(answer as { id: string }).id] : [])),
      over: answers.filter(({ status }) => status === 413).length,
    };
  };
  const told = ({ made, over }: { made: readonly string[]; over: number }): string =>
    `${made.length} created, ${over} over quota`;
  const own = await createAtOnce('member-of-beta', 'beta', 8);
  yield compared(
    'member-of-beta',
    'creates eight volumes at once; its quota is three',
    '3 created, 5 over quota',
    told(own),
  );
  const shared = await createAtOnce('member-of-alpha', 'alpha', 10);
  yield compared(
    'member-of-alpha',
    'creates ten at once; room for 7, in its division for 6',
    '6 created, 4 over quota',
    told(shared),
  );
  const deletions = await Promise.all(
    shared.made.map((made) =>
      call({ who: 'member-of-alpha', method: 'DELETE', path: `/v1/volumes/${made}` }),
    ),
  );
  const gone = deletions.filter(({ status }) => status === 204).length;
  yield compared('member-of-alpha', 'deletes them again', '6 deleted', `${gone} deleted`);
  yield step('creates a volume that is too large for the rest of its quota', 413, {
    who: 'member-of-alpha',
    method: 'POST',
    path: alpha,
    body: { name: 'archive', size: 499 },
  });

  const text = async (path: string, at = address): Promise<{ status: number; body: string }> => {
    const response = await fetch(new URL(path, at));
    return { status: response.status, body: await response.text() };
  };
  // Several processes share a page; each leaves its numbers there ten times a second.
  const COUNTED = 'route="/v1/projects/:project/volumes",status="201"';
  let page = await text('/metrics');
  for (let tries = 0; tries < 20 && !page.body.includes(COUNTED); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    page = await text('/metrics');
  }
  const isCounted = page.body.includes(COUNTED);
  yield {
    who: 'monitoring',
    does: 'reads what the service counted',
    expected: 'requests by route',
    happened: isCounted ? 'requests by route' : 'nothing of them',
    ok: page.status === 200 && isCounted,
  };
  const ready = async (wanted: number): Promise<number> => {
    const end = performance.now() + PATIENCE_MILLISECONDS;
    for (;;) {
      const { status } = await text('/readyz', node);
      if (status === wanted || performance.now() > end) return status;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const asked = async (who: string, does: string, wanted: number): Promise<Step> =>
    compared(who, does, String(wanted), String(await ready(wanted)));
  yield asked('balancer', 'asks whether the service is ready', 200);
  await writeFile(disableFile, '');
  yield asked('balancer', 'asks after the operator made the file that drains it', 503);
  yield step('lists the volumes of its project meanwhile: it still serves', 200, {
    who: 'reader-of-alpha',
    method: 'GET',
    path: alpha,
  });
  await rm(disableFile);
  yield asked('balancer', 'asks after the operator removed it', 200);
}

/** Puts the recorded decisions to the service over HTTP, one step a service. */
export async function* replayDecisions(
  address: string,
  services: readonly string[],
  decisions: readonly RecordedDecision[],
): AsyncGenerator<Step> {
  for (const service of services) {
    const cases = decisions.filter((decision) => decision.service === service);
    let equal = 0;
    for (const { expected, ...request } of cases) {
      const response = await fetch(new URL(`/tour/policies/${service}/decisions`, address), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      });
      const { decision } = (await response.json()) as { decision?: unknown };
      if (decision === expected) equal += 1;
    }
    yield compared(
      service,
      `decides ${cases.length} recorded cases on its real policies`,
      `${cases.length} equal`,
      `${equal} equal`,
    );
  }
}
