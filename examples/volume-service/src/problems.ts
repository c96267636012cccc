import { STATUS_CODES } from 'node:http';
import { toProblem } from '@oslofjord/limit';
import { problemOf as refusalOf } from '@oslofjord/policy/adapters';

/** An answer that is not a success, in the form of RFC 9457. */
export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}

/** Thrown in a handler where the request itself is at fault. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly problem: Problem;

  constructor(status: number, title: string, detail: string) {
    super(detail);
    this.problem = { status, title, detail };
  }
}

/** Thrown where something that the service stands on does not answer. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';

  constructor(what: string, cause: unknown) {
    super(`${what} does not answer`, { cause });
  }
}

/** What a caller may know of an error: refusals say which rule or limit refused, everything else only that it failed. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof RequestError) return error.problem;
  if (error instanceof UnavailableError) {
    return { status: 503, title: 'Unavailable', detail: `The ${error.message}; try again in a moment` };
  }
  const refusal = refusalOf(error) ?? toProblem(error, { overStatus: 413 });
  if (refusal !== undefined) return refusal;
  if (hasStatus(error) && error.statusCode < 500) {
    const { statusCode: status, message: detail } = error;
    return { status, title: STATUS_CODES[status] ?? 'Bad request', detail };
  }
  return { status: 500, title: 'Internal error', detail: 'The request could not be handled; see the log' };
};

const hasStatus = (error: unknown): error is Error & { statusCode: number } =>
  error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number';
