import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The lines of a recorded corpus; see recorded/README.md for where they come from. */
export const readRecorded = (name: string): Record<string, unknown>[] =>
  gunzipSync(readFileSync(new URL(`recorded/${name}.jsonl.gz`, import.meta.url)))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
