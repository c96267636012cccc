import { dirname, resolve } from 'node:path';
import { Shutdown } from '@oslofjord/healthcheck';
import { configuredService } from '../configured.ts';
import { readOptions } from '../options.ts';
import { foldersOf, wordsOf, type Command } from './command.ts';

/** HAProxy's `fall`: how many refused polls take a node out. */
const FALL = 2;

/** Answers requests until a signal comes, and then ends so that no request is lost. */
export const api: Command = {
  synopsis: '[--config-file FILE]',
  summary: 'answers requests; SIGTERM ends it once the balancer has seen that it leaves',
  async run(words, { environment, out, configuration }) {
    const { files } = wordsOf(words, {}, configuration);
    const written = readOptions(files, [], environment);
    const options = { ...written, limitsFile: resolve(dirname(files.at(-1) ?? '.'), written.limitsFile) };
    const { app, console, health, hooks } = await configuredService(options, {
      configDirs: foldersOf(files),
    });
    const address = await app.listen({ host: options.bindHost, port: options.bindPort });
    new Shutdown(health, [app.server], { seen: FALL, hooks }).onSignals(['SIGTERM', 'SIGINT']);
    out(`volume-service api listens on ${address}\n`);
    if (console !== undefined) out(`its console, with the key of this run: ${address}${console.path}\n`);
    return undefined;
  },
};
