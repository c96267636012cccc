import { createServer } from 'node:http';
import { createEnforcer } from '@oslofjord/limit';
import { environmentLimits } from '@oslofjord/limit/yaml';

const limits = environmentLimits({ environment: { OSLOFJORD_LIMITS: '{registered: {volumes: 2}}' } });
const volumes = [];
const enforcer = await createEnforcer({ limits, usage: () => ({ volumes: volumes.length }) });
createServer(async ({ url }, response) => {
  response.end(
    await enforcer.claim('p1', { volumes: 1 }, () => `${volumes.push(url)}`).catch(({ code }) => code),
  );
}).listen(process.env.PORT, '127.0.0.1');
