import { OsloError, ProjectOverLimitError } from '../../src/errors.ts';
import { PythonFloat, reprBytes } from '../../src/oslo/values.ts';

/** One line of the protocol: a scenario for a fresh enforcer with Oslo's LimitFixture. */
export interface LimitRequest {
  readonly id?: unknown;
  readonly registered?: Record<string, number> | null;
  readonly project?: Record<string, Record<string, number>> | null;
  readonly usage?: Readonly<Record<string, unknown>> | null;
  /** What the callback answers for names that `usage` lacks; without it they are missing from its answer. */
  readonly default_usage?: unknown;
  readonly op: 'enforce' | 'calculate_usage' | 'get_registered_limits' | 'get_project_limits';
  readonly args?: readonly unknown[];
}

const TAGS: Readonly<Record<string, (tagged: unknown) => unknown>> = {
  $bytes: (text) => new TextEncoder().encode(String(text)),
  $float: (text) =>
    new PythonFloat(
      Number(/inf/iu.test(String(text)) ? String(text).replace(/inf(inity)?/iu, 'Infinity') : text),
    ),
  $int: (text) => BigInt(String(text)),
  $tuple: (items) => untag(items),
};

/** Values that JSON has no form for, from their tagged form. */
export const untag = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(untag);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && Object.hasOwn(TAGS, only[0]))
    return TAGS[only[0]]?.(only[1]);
  return new Map(entries.map(([key, item]) => [key, untag(item)]));
};

/** A value as the original prints it. */
export const plain = (value: unknown): unknown => {
  if (value === undefined) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof PythonFloat) return value.value;
  if (value instanceof Uint8Array) return reprBytes(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) {
    return Object.fromEntries([...(value as Map<string, unknown>)].map(([key, item]) => [key, plain(item)]));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
};

/** An error as the original prints it. */
export const plainError = (error: unknown): unknown => {
  if (error instanceof ProjectOverLimitError) {
    return {
      type: 'ProjectOverLimit',
      str: error.message,
      project_id: error.projectId,
      over: error.overLimitInfoList.map((info) => ({
        resource_name: info.resourceName,
        limit: plain(info.limit),
        current_usage: plain(info.currentUsage),
        delta: plain(info.delta),
      })),
    };
  }
  if (error instanceof OsloError) return { type: error.type, str: error.message };
  return { type: 'RuntimeError', str: (error as Error).message };
};
