import { isUtf8 } from 'node:buffer';
import { OSLO_METRICS, OSLO_MODULE, type OsloMetric } from './definitions.ts';
import { parsePythonJson, type PythonObject, type PythonValue } from './python-json.ts';
import { pythonRepr, pythonStr } from './python-text.ts';

/** Why a datagram was not counted. */
export type RejectionReason =
  'utf8' | 'json' | 'module' | 'metric' | 'action' | 'labels' | 'value' | 'too_large' | 'label_too_long';

/** A datagram that was not counted. */
export interface Rejection {
  readonly reason: RejectionReason;
  readonly message: string;
}

/** What a metric is asked to do. */
export type OsloAction = 'inc' | 'observe';

/** A message whose metric and labels are known; whether its value fits is for the metric to say. */
export interface OsloMessage {
  readonly metric: OsloMetric;
  readonly action: OsloAction;
  readonly value: PythonValue;
  /** In the order of the definition. */
  readonly labelValues: readonly string[];
}

const METRICS: ReadonlyMap<unknown, OsloMetric> = new Map(
  OSLO_METRICS.map((metric) => [metric.name, metric]),
);

/** Names that a label cannot have: in Python they collide with parameters. */
const PARAMETERS = ['self', 'module', 'name', 'action'];

const reject = (reason: RejectionReason, message: string): Rejection => ({ reason, message });

const isObject = (value: PythonValue | undefined): value is PythonObject => value instanceof Map;

const shorten = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

/** @returns whether it is a rejection */
export const isRejection = (result: object): result is Rejection => 'reason' in result;

/**
 * Reads the text of a datagram.
 * @parity oslo.metrics 1201581 message_type.py Metric.from_json, message_router.py MessageRouter.dispatch — same
 */
export const readMessageText = (text: string): OsloMessage | Rejection => {
  let parsed: PythonValue;
  try {
    parsed = parsePythonJson(text);
  } catch (error) {
    return reject('json', (error as Error).message);
  }
  if (!isObject(parsed)) return reject('json', 'a message is an object');
  for (const key of ['module', 'name', 'action', 'labels']) {
    if (!parsed.has(key)) {
      const reason = key === 'name' ? 'metric' : (key as 'module' | 'action' | 'labels');
      return reject(reason, `${key} should be specified`);
    }
  }
  const action = parsed.get('action');
  if (!isObject(action) || !action.has('value')) return reject('action', "action need 'value' field");
  if (!action.has('action')) return reject('action', "action need 'action' field");
  const verb = action.get('action');
  if (verb !== 'inc' && verb !== 'observe') {
    return reject('action', "action should be choosen from ['inc', 'observe']");
  }
  const labels = parsed.get('labels');
  if (!isObject(labels)) return reject('labels', 'labels must be a mapping');
  const collision = PARAMETERS.find((name) => labels.has(name));
  if (collision !== undefined) return reject('labels', `got multiple values for argument '${collision}'`);
  const module = parsed.get('module') ?? null;
  if (module !== OSLO_MODULE) {
    return reject('module', shorten(`Failed to lookup modules by ${pythonStr(module)}`));
  }
  const name = parsed.get('name') ?? null;
  const metric = METRICS.get(name);
  if (metric === undefined) return reject('metric', shorten(`Failed to load metrics ${pythonRepr(name)}`));
  if (labels.size !== metric.labels.length || !metric.labels.every((label) => labels.has(label))) {
    return reject('labels', 'Incorrect label names');
  }
  const labelValues = metric.labels.map((label) => pythonStr(labels.get(label) ?? null));
  return { metric, action: verb, value: action.get('value') ?? null, labelValues };
};

/** Reads a datagram. */
export const readMessage = (bytes: Buffer): OsloMessage | Rejection =>
  isUtf8(bytes) ? readMessageText(bytes.toString('utf8')) : reject('utf8', 'it is not UTF-8');
