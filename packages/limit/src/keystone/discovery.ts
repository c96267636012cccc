import { KeystoneError, SessionInitError } from '../errors.ts';
import type { Transport } from './transport.ts';

interface Version {
  readonly id?: string;
  readonly status?: string;
  readonly links?: readonly { readonly rel?: string; readonly href?: string }[];
}

const trimmed = (url: string): string => url.replace(/\/+$/u, '');

/** Whether the URL is that of version 3. */
const isVersioned = (url: string): boolean => trimmed(new URL(url).pathname).endsWith('/v3');

const versionsOf = (body: string): readonly Version[] => {
  const parsed = JSON.parse(body) as {
    readonly versions?: { readonly values?: readonly Version[] } | readonly Version[];
    readonly version?: Version;
  };
  if (parsed.version !== undefined) return [parsed.version];
  if (Array.isArray(parsed.versions)) return parsed.versions as readonly Version[];
  return (parsed.versions as { values?: readonly Version[] } | undefined)?.values ?? [];
};

/**
 * The URL of version 3 of the identity API below a URL, without a slash at its end. Asks the server only when the URL does
 * not say its version; 300 is the usual answer.
 * @throws SessionInitError when there is no version 3
 */
export const discoverIdentity = async (
  url: string,
  transport: Transport,
  signal?: AbortSignal,
): Promise<string> => {
  if (!URL.canParse(url)) throw new SessionInitError(`'${url}' is not a URL`);
  if (isVersioned(url)) return trimmed(url);
  const headers = { accept: 'application/json' };
  const { status, body } = await transport({
    method: 'GET',
    url,
    headers,
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    throw new KeystoneError(
      `${url} does not answer: ${(error as Error).message}`,
      { method: 'GET', url, status: 0 },
      { cause: error },
    );
  });
  let versions: readonly Version[];
  try {
    versions = versionsOf(body);
  } catch {
    throw new SessionInitError(
      `${url} answered ${String(status)} and no versions; is it Keystone's address?`,
    );
  }
  const found = versions.find(({ id }) => id?.startsWith('v3') === true);
  const href = found?.links?.find(({ rel }) => rel === 'self')?.href;
  if (href === undefined) throw new SessionInitError(`${url} has no version 3 of the identity API`);
  return trimmed(new URL(href, url).href);
};

/** A URL of the identity service, with its version. */
export const versionedUrl = (url: string): string => (isVersioned(url) ? trimmed(url) : `${trimmed(url)}/v3`);
