// What users of this package rely on beyond its types; `release-notes check` records it and finds what changed.
const PATHS = ['/livez', '/readyz', '/healthcheck', '/startupz', '/unknown'];
const ACCEPTS = ['text/plain', 'text/html', 'application/json', 'application/health+json'];

export const behaviours = [
  {
    name: 'answer',
    breaks: 'A balancer or orchestrator gets another status or form for the same state.',
    observe: async (load) => {
      const { createHealth, HealthEndpoint } = await load('.');
      const facts = {};
      const health = createHealth({ service: 'volumes' });
      const component = health.component('database', { severity: 'critical' });
      const endpoint = new HealthEndpoint(health);
      const look = async (state) => {
        for (const path of PATHS) {
          const answer = await endpoint.answer({ method: 'GET', url: path, headers: {} });
          facts[`${state}, ${path}`] = answer === undefined ? 'not ours' : answer.status;
        }
      };
      await look('starting');
      await health.start();
      await component.track(() => 'works');
      await look('working');
      for (const accept of ACCEPTS) {
        const answer = await endpoint.answer({ method: 'GET', url: '/readyz', headers: { accept } });
        facts[`type for ${accept}`] =
          answer === undefined ? null : answer.headers[answer.headers.indexOf('Content-Type') + 1];
      }
      for (let count = 0; count < 20; count += 1)
        await component.track(() => Promise.reject(new Error('down'))).catch(() => undefined);
      await look('failing');
      health.close();
      return facts;
    },
  },
  {
    name: "answer of oslo's healthcheck",
    breaks: 'An answer of `Healthcheck` differs in status, header or body.',
    observe: async (load) => {
      const { Healthcheck } = await load('.');
      const facts = {};
      const health = new Healthcheck({});
      await health.start?.();
      for (const accept of ['text/plain', 'text/html', 'application/json', '*/*']) {
        for (const method of ['GET', 'HEAD']) {
          facts[`${method} ${accept}`] = await health.respond({ method, accept, headers: {} });
        }
      }
      health.close?.();
      return JSON.parse(JSON.stringify(facts));
    },
  },
];
