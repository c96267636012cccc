import { Session } from './session.ts';

const session = new Session();

/** Answers one request of the oracle's protocol as dogpile.cache 1.5 and oslo.cache 99a7493 do; requests form a trace. */
export const answer = async (request: unknown): Promise<unknown> =>
  session.answer(request as Readonly<Record<string, unknown>>);
