import type { Check } from '../components/component-options.ts';
import { askHttp, classifyHttp, type HttpCheckOptions } from './http.ts';

/**
 * OpenStack's identity service: whether it tells its versions. It is asked over HTTP, for behind a balancer an open port
 * says nothing. All nodes share it: `severity: 'degraded'` keeps them from leaving together.
 * @param authUrl as in `[keystone_authtoken]`, with or without `/v3`
 */
export const keystone = (authUrl: string | URL, options: Omit<HttpCheckOptions, 'accepts'> = {}): Check => ({
  probe: async ({ signal }) => {
    const base = String(authUrl).replace(/\/+$/, '');
    const url = base.endsWith('/v3') ? base : `${base}/v3`;
    const response = await askHttp(url, signal, { ...options, accepts: (status) => status === 200 });
    const { version } = (await response.json()) as { version?: { id?: unknown } };
    if (typeof version?.id !== 'string') throw new Error('what answered is no Keystone');
  },
  classify: classifyHttp,
});
