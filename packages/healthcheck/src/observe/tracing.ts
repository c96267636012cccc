import { tracingChannel } from 'node:diagnostics_channel';
import type { CallToken, Component } from '../components/component.ts';
import type { Verdict } from '../components/failure.ts';

/** What a tracing channel tells of a call: one object from its start to its end. */
export interface TracedCall {
  readonly error?: unknown;
  readonly serverAddress?: unknown;
  readonly serverPort?: unknown;
}

/** How the calls of a tracing channel are recorded. */
export interface TracingSource {
  readonly channel: string;
  readonly classify: (error: unknown) => Verdict;
  /** Whether a success counts; not for connections, which say little. @default true */
  readonly countsSuccess?: boolean;
  /** Whether a failure without an error counts. */
  readonly isFailure?: (call: TracedCall) => boolean;
}

/** Ends a call as the source sees it. */
export const endCall = (component: Component, token: CallToken, error: unknown, verdict: Verdict): void => {
  if (verdict === 'answer') component.ok(token);
  else if (verdict === 'nothing') component.forget(token);
  else component.fail(token, error);
};

/**
 * Records the calls that a library tells of through a tracing channel of Node.
 * @param accepts which calls are this component's
 * @returns a function that ends it
 */
export const observeTracing = (
  component: Component,
  { channel, classify, countsSuccess = true, isFailure = () => false }: TracingSource,
  accepts: (call: TracedCall) => boolean,
): (() => void) => {
  const tokens = new WeakMap<object, CallToken>();
  const end = (call: TracedCall): void => {
    const token = tokens.get(call);
    if (token === undefined) return;
    tokens.delete(call);
    if (call.error !== undefined) endCall(component, token, call.error, classify(call.error));
    else if (isFailure(call)) component.fail(token);
    else if (countsSuccess) component.ok(token);
    else component.forget(token);
  };
  const handlers = {
    start: (call: TracedCall): void => {
      if (accepts(call)) tokens.set(call, component.begin());
    },
    // What throws at once has no asynchronous end.
    end: (call: TracedCall): void => {
      if (call.error !== undefined) end(call);
    },
    asyncStart: (): void => undefined,
    asyncEnd: end,
    error: (): void => undefined,
  };
  const traced = tracingChannel<unknown, TracedCall>(channel);
  traced.subscribe(handlers);
  return () => {
    traced.unsubscribe(handlers);
  };
};
