import { hostname } from 'node:os';
import { Shutdown } from '@oslofjord/healthcheck';
import { configuredWorker } from '../configured.ts';
import { readOptions } from '../options.ts';
import { UsageMistake, wordsOf, type Command } from './command.ts';

/** Makes volumes that the processes of `api` ask for. */
export const worker: Command = {
  synopsis: '[--config-file FILE] [--name NAME]',
  summary: 'makes volumes that are asked for over RabbitMQ',
  async run(words, { environment, out, configuration }) {
    const { files, values } = wordsOf(words, { name: { type: 'string' } }, configuration);
    const options = readOptions(files, [], environment);
    if (options.transportUrl === '' || options.database.connection === '') {
      throw new UsageMistake(
        'a worker needs transport_url, where it is asked, and [database] connection, which it shares with those who ask',
      );
    }
    const name = (values.name as string | undefined) ?? hostname();
    const { health, hooks } = await configuredWorker(options, name);
    new Shutdown(health, [], { drainMin: 0, hooks }).onSignals(['SIGTERM', 'SIGINT']);
    out(`volume-service worker ${name} is ready\n`);
    return undefined;
  },
};
