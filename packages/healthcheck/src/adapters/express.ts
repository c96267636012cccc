import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HealthEndpoint } from '../endpoint/endpoint.ts';
import { requestOf, sendTo } from './node.ts';

/**
 * Middleware for express that answers at the paths of an endpoint and records the calls of all other requests. Use it
 * before other middleware; `attach` of the main entry answers before express does anything.
 */
export const expressHealth =
  (endpoint: HealthEndpoint) =>
  (
    request: IncomingMessage & { readonly originalUrl?: string },
    response: ServerResponse,
    next: () => void,
  ): void => {
    const url = request.originalUrl ?? request.url ?? '/';
    const answer = endpoint.answer(requestOf(request, request, url));
    const isHead = request.method === 'HEAD';
    if (answer === undefined) endpoint.health.request(request, next);
    else if (answer instanceof Promise) {
      void answer.then((ready) => {
        sendTo(response, ready, isHead);
      });
    } else sendTo(response, answer, isHead);
  };
