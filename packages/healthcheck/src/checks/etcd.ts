import type { Check } from '../components/component-options.ts';
import { askHttp, classifyHttp, type HttpCheckOptions } from './http.ts';

/**
 * An etcd member: whether it has a leader and can write.
 * @param url of a member, as `http://127.0.0.1:2379`
 */
export const etcd = (url: string | URL, options: Omit<HttpCheckOptions, 'accepts'> = {}): Check => ({
  kind: 'datastore',
  probe: async ({ signal }) => {
    const response = await askHttp(new URL('/health', url), signal, {
      ...options,
      accepts: (status) => status === 200,
    });
    const { health } = (await response.json()) as { health?: unknown };
    if (health !== 'true' && health !== true) throw new Error('the member is not healthy');
  },
  classify: classifyHttp,
});
