import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Programs } from './deployment.ts';

/** The programs as `npm run build` made them. @param source the service's folder */
export const builtPrograms = (source: string): Programs => {
  const { resolve } = createRequire(join(source, 'package.json'));
  const bin = (name: string, file: string): string =>
    join(dirname(resolve(`${name}/package.json`)), 'dist', 'bin', file);
  return {
    service: join(source, 'dist', 'bin', 'volume-service.js'),
    collector: bin('@oslofjord/metrics', 'oslofjord-metrics.js'),
    limit: bin('@oslofjord/limit', 'oslofjord-limit.js'),
  };
};
