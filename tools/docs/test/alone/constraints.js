import { createServer } from 'node:http';
import { checkInstalled } from '@oslofjord/constraints';

createServer((_, response) => {
  response.end(checkInstalled(process.cwd()).verdict);
}).listen(process.env.PORT, '127.0.0.1');
