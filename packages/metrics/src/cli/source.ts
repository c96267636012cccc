import { readFileSync } from 'node:fs';
import { UsageMistake } from './command.ts';

/** @returns a page: of a URL, a file, or standard input where it says `-` */
export const readPage = async (source: string | undefined, signal: AbortSignal): Promise<string> => {
  if (source === undefined) throw new UsageMistake('say which page: a URL, a file, or - for standard input');
  if (!/^https?:/u.test(source)) return readFileSync(source === '-' ? 0 : source, 'utf8');
  let response: Response;
  try {
    response = await fetch(source, {
      headers: { accept: 'text/plain' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
  } catch (error) {
    throw new Error(`${source} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (!response.ok) throw new Error(`${source} answered ${String(response.status)}`);
  return response.text();
};
