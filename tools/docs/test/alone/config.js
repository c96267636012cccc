import { createServer } from 'node:http';
import { optionGroup, resolve } from '@oslofjord/config';

const requestTimeout = { type: 'duration', default: '30s' };
const api = optionGroup({ name: 'api', options: { port: { type: 'port', required: true }, requestTimeout } });
const files = [{ path: 'api.conf', text: '[api]\nrequest_timeout = 250ms\n' }];
const values = resolve(api, { files, environment: { OS_API__PORT: process.env.PORT } });
createServer((_, response) => {
  response.end(String(values.requestTimeout));
}).listen(values.port, '127.0.0.1');
