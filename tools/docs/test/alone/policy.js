import { createServer } from 'node:http';
import { Enforcer, ruleDefault } from '@oslofjord/policy';

const checkStr = 'role:admin or (role:member and project_id:%(project_id)s)';
const enforcer = new Enforcer({ policies: [ruleDefault({ name: 'volumes:delete', checkStr })] });
await enforcer.load();
createServer(({ headers }, response) => {
  const caller = { roles: [headers.role ?? 'none'], project_id: headers.project };
  response.end(String(enforcer.enforce('volumes:delete', { project_id: 'p1' }, caller)));
}).listen(process.env.PORT, '127.0.0.1');
