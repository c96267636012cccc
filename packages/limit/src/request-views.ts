import type { LimitReader } from './cache/limit-reader.ts';
import type { ViewSource } from './decider.ts';
import type { LimitView } from './models/model.ts';

/**
 * The limits that one request goes by: what it sees first of a project it sees to its end. Only a refusal on the very
 * first look reads limits again.
 */
export class RequestViews implements ViewSource {
  readonly #reader: LimitReader;
  readonly #seen = new Map<string, { view: LimitView; uses: number }>();

  constructor(reader: LimitReader) {
    this.#reader = reader;
  }

  async view(projectId: string | null, needsTree: boolean): Promise<LimitView> {
    const key = `${String(needsTree)} ${projectId ?? ''}`;
    const seen = this.#seen.get(key);
    if (seen !== undefined) {
      seen.uses += 1;
      return seen.view;
    }
    const view = await this.#reader.view(projectId, needsTree);
    this.#seen.set(key, { view, uses: 1 });
    return view;
  }

  async refetch(
    projectId: string | null,
    needsTree: boolean,
    seenView: LimitView,
  ): Promise<LimitView | undefined> {
    const seen = this.#seen.get(`${String(needsTree)} ${projectId ?? ''}`);
    if (seen === undefined || seen.uses > 1) return undefined;
    const fresh = await this.#reader.refetch(projectId, needsTree, seenView);
    if (fresh !== undefined) seen.view = fresh;
    return fresh;
  }
}
