import { rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { html, type Html } from './html.ts';
import { Traffic } from './demo/traffic.ts';
import { PAGES, writeGate, writePage } from './layout.ts';
import { cache } from './pages/cache.ts';
import { health } from './pages/health.ts';
import { metrics } from './pages/metrics.ts';
import { overview } from './pages/overview.ts';
import { policy } from './pages/policy.ts';
import { quotas } from './pages/quotas.ts';
import { whatIf } from './pages/what-if.ts';
import type { ConsoleParts, Watched } from './parts.ts';
import { SCRIPT } from './script.ts';
import { Session } from './session.ts';
import { style } from './style.ts';
import { Events } from './watch/events.ts';
import { Samples } from './watch/samples.ts';

/** A console that is served. */
export interface Console {
  /** The path that lets its reader in; for the operator's terminal, and for nobody else. */
  readonly path: string;
}

/** What a page may do: show itself, ask this service, send its own forms. Nothing inline, nothing from elsewhere. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#1f5fa8"/><path d="M3 10q2.5-5 5 0t5 0" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round"/></svg>`;

/** Text that a form may send. */
const MOST_BYTES = 512 * 1024;
const BROKEN_FOR = 10_000;
/** How long a button waits until health has seen what it did, in milliseconds. */
const PATIENCE = 2000;

interface Shown {
  readonly lead: string;
  readonly render: (watched: Watched) => Html | Promise<Html>;
}

const SHOWN: Readonly<Record<(typeof PAGES)[number][1], Shown>> = {
  Overview: { lead: 'What this service is made of, and how it stands.', render: overview },
  Policy: { lead: 'Who may do what, and what was decided lately and why.', render: policy },
  'What if': {
    lead: 'Edit the operator’s file here and see who gains and who loses. Nothing comes into force.',
    render: (watched) => whatIf(watched),
  },
  Quotas: {
    lead: 'What projects may have, what they use, and what is claimed for work under way.',
    render: quotas,
  },
  Cache: {
    lead: 'How often validated tokens were at hand, and how the cache’s servers stand.',
    render: cache,
  },
  Metrics: { lead: 'The last three minutes, second by second.', render: metrics },
  Health: {
    lead: 'Whether requests may come, what the service depends on, and how both went.',
    render: health,
  },
};

const isAfter = async (condition: () => boolean): Promise<void> => {
  const end = performance.now() + PATIENCE;
  while (!condition() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
};

/** What the buttons do. */
const actionsOf = (watched: Watched): ReadonlyMap<string, () => Promise<void>> => {
  const { disableFile, faults, traffic, store, regions } = watched;
  const isDrained = (): boolean =>
    watched.health.toggles.results(undefined).some(({ available }) => !available);
  const actions = new Map<string, () => Promise<void>>();
  actions.set('forget', () => {
    for (const region of watched.regions) region.invalidate();
    return Promise.resolve();
  });
  if (disableFile !== undefined) {
    actions.set('drain', async () => {
      await writeFile(disableFile, 'DRAINED FROM THE CONSOLE');
      await isAfter(isDrained);
    });
    actions.set('undrain', async () => {
      await rm(disableFile, { force: true });
      await isAfter(() => !isDrained());
    });
  }
  if (faults !== undefined) {
    actions.set('break-database', () => {
      faults.database.begin(BROKEN_FOR, () => store.usageOf(''));
      return Promise.resolve();
    });
    actions.set('kill-cache', () => {
      faults.cache.begin(BROKEN_FOR, () => Promise.all(regions.map(({ driver }) => driver.check())));
      return Promise.resolve();
    });
  }
  if (traffic !== undefined) {
    actions.set('traffic', () => {
      traffic.start();
      return Promise.resolve();
    });
  }
  return actions;
};

/**
 * Serves the console below `/console`, to operators on this machine who have its key. Pages are made on the server and
 * can be read without a script; every change needs a form of this very process.
 */
export const serveConsole = (app: FastifyInstance, parts: ConsoleParts): Console => {
  const session = new Session();
  const events = new Events(parts.health);
  const samples = new Samples(parts.metrics);
  const address = (): string => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const traffic = parts.faults === undefined ? undefined : new Traffic(address);
  const watched: Watched = { ...parts, events, samples, traffic, formToken: session.formToken };
  const actions = actionsOf(watched);
  app.addHook('onClose', (_app, done) => {
    events.close();
    samples.close();
    traffic?.close();
    parts.faults?.close();
    done();
  });

  const send = (reply: FastifyReply, text: string, status = 200): FastifyReply =>
    reply.status(status).type('text/html; charset=utf-8').send(text);
  const gate = (reply: FastifyReply, status: number, title: string, body: Html): FastifyReply =>
    send(reply, writeGate(title, body), status);

  void app.register((scope, _options, done) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: MOST_BYTES },
      (_request, body, parsed) => {
        parsed(null, new URLSearchParams(String(body)));
      },
    );
    scope.setErrorHandler((error, _request, reply) => {
      const { statusCode = 500, message } = error as Error & { statusCode?: number };
      const isTheirs = statusCode < 500;
      const theirs =
        statusCode === 413 ? `A form may hold ${MOST_BYTES / 1024} KiB; this one has more.` : `${message}.`;
      return gate(
        reply,
        statusCode,
        isTheirs ? 'That cannot be read' : 'The page could not be made',
        html`<p>
            ${isTheirs ? theirs : `${(error as Error).name}: a part of the service does not answer. The page of health says which.`}
          </p>
          <p>
            ${isTheirs ? html`<a href="/console/">To the console</a>` : html`<a href="/console/health">To the page of health</a>`}
          </p>`,
      );
    });
    scope.addHook('onRequest', async (request, reply) => {
      void reply.headers({
        'content-security-policy': POLICY,
        'cache-control': 'no-store',
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
      });
      if (!session.isLocal(request)) {
        await gate(
          reply,
          403,
          'Only from this machine',
          html`<p>
            The console answers requests from the machine it runs on. Use a tunnel, such as
            <code>ssh -L</code>.
          </p>`,
        );
      }
    });

    const file = (name: string, type: string, text: string): void => {
      scope.get(`/console/${name}`, (_request, reply) => reply.type(type).send(text));
    };
    file('console.css', 'text/css; charset=utf-8', style());
    file('console.js', 'text/javascript; charset=utf-8', SCRIPT);
    file('icon.svg', 'image/svg+xml', ICON);

    const enter = (reply: FastifyReply): FastifyReply =>
      reply.status(303).headers({ 'set-cookie': session.setCookie, location: '/console/' }).send();
    const askForKey = (reply: FastifyReply, isWrong = false): FastifyReply =>
      gate(
        reply,
        isWrong ? 403 : 401,
        'The console of the volume service',
        html`<p>
            ${isWrong ? 'That is not the key of this run of the service.' : 'The service printed an address with a key when it started. Open that address, or write the key here.'}
          </p>
          <form method="post" action="/console/enter">
            <label for="key">Key</label>
            <input id="key" name="key" type="password" autocomplete="off" required />
            <div class="actions"><button class="main">Enter</button></div>
          </form>`,
      );
    const wordOf = (request: FastifyRequest, name: string): string | null =>
      request.body instanceof URLSearchParams ? request.body.get(name) : null;
    scope.post('/console/enter', (request, reply) =>
      session.isKey(wordOf(request, 'key')) ? enter(reply) : askForKey(reply, true),
    );

    scope.get('/console', (_request, reply) => reply.redirect('/console/', 308));
    for (const [path, title] of PAGES) {
      const { lead, render } = SHOWN[title];
      scope.get<{ Querystring: { key?: unknown } }>(path, async (request, reply) => {
        if (request.query.key !== undefined)
          return session.isKey(request.query.key) ? enter(reply) : askForKey(reply, true);
        if (!session.isKnown(request)) return askForKey(reply);
        return send(reply, writePage({ path, title, lead, body: await render(watched) }));
      });
    }

    /** Lets a form through that one of the console's own pages sent. */
    const isAllowed = (request: FastifyRequest, reply: FastifyReply): boolean => {
      const problem = session.isKnown(request)
        ? session.formProblem(request, wordOf(request, 'token'))
        : 'Enter the console first.';
      if (problem === undefined) return true;
      void gate(
        reply,
        403,
        'Nothing was done',
        html`<p>${problem}</p>
          <p><a href="/console/">To the console</a></p>`,
      );
      return false;
    };
    scope.post('/console/what-if', async (request, reply) => {
      if (!isAllowed(request, reply)) return reply;
      const { lead } = SHOWN['What if'];
      const body = await whatIf(watched, (wordOf(request, 'text') ?? '').replaceAll('\r\n', '\n'));
      return send(reply, writePage({ path: '/console/what-if', title: 'What if', lead, body }));
    });
    scope.post<{ Params: { name: string } }>('/console/actions/:name', async (request, reply) => {
      if (!isAllowed(request, reply)) return reply;
      const act = actions.get(request.params.name);
      if (act === undefined) {
        return gate(
          reply,
          404,
          'There is no such button',
          html`<p>This service does not offer it.</p>
            <p><a href="/console/">To the console</a></p>`,
        );
      }
      await act();
      const back = PAGES.find(([path]) => path === wordOf(request, 'back'))?.[0] ?? '/console/';
      return reply.status(303).header('location', back).send();
    });
    done();
  });
  return { path: `/console/?key=${session.key}` };
};
