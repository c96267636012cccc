import { familyPieces } from '../exposition/page.ts';
import { textOf } from '../exposition/text.ts';
import { openMetricsOf } from '../exposition/openmetrics.ts';
import { escapeLabelValue } from '../families/labels.ts';
import { plainNumber } from '../exposition/numbers.ts';
import type { Family } from '../families/family.ts';
import type { MetricObject, MetricValue } from './metric.ts';

/** What a registry needs from a metric. */
interface Registered {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly family: Family;
  update(): Promise<void>;
  get(): Promise<MetricObject>;
  reset(): void;
}

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

const valueLine = (name: string, { labels, value, metricName }: MetricValue): string => {
  const block = Object.entries(labels)
    .map(([label, text]) => `${label}="${escapeLabelValue(String(text))}"`)
    .join();
  return `${metricName ?? name}${block === '' ? '' : `{${block}}`} ${plainNumber(value)}\n`;
};

/** The metrics of a page. */
export class Registry {
  static readonly PROMETHEUS_CONTENT_TYPE: string = TEXT;
  static readonly OPENMETRICS_CONTENT_TYPE: string = OPEN_METRICS;
  #metrics = new Map<string, Registered>();
  #defaultLabels: Readonly<Record<string, string>> = {};
  #contentType: string;

  constructor(contentType: string = TEXT) {
    this.#contentType = contentType;
  }

  get contentType(): string {
    return this.#contentType;
  }

  setContentType(contentType: string): void {
    if (contentType !== TEXT && contentType !== OPEN_METRICS) {
      throw new Error(`Content type ${contentType} is unsupported`);
    }
    this.#contentType = contentType;
  }

  registerMetric(metric: Registered): void {
    const existing = this.#metrics.get(metric.name);
    if (existing !== undefined && existing !== metric) {
      throw new Error(`A metric with the name ${metric.name} has already been registered.`);
    }
    this.#metrics.set(metric.name, metric);
  }

  getMetricsAsArray(): Registered[] {
    return [...this.#metrics.values()];
  }

  getSingleMetric(name: string): Registered | undefined {
    return this.#metrics.get(name);
  }

  removeSingleMetric(name: string): void {
    this.#metrics.delete(name);
  }

  clear(): void {
    this.#metrics = new Map();
    this.#defaultLabels = {};
  }

  resetMetrics(): void {
    for (const metric of this.#metrics.values()) metric.reset();
  }

  setDefaultLabels(labels: Readonly<Record<string, string>>): void {
    this.#defaultLabels = labels;
  }

  async getMetricsAsJSON(): Promise<MetricObject[]> {
    return Promise.all(
      this.getMetricsAsArray().map(async (metric) => this.#withDefaults(await metric.get())),
    );
  }

  async getSingleMetricAsString(name: string): Promise<string> {
    const metric = this.#metrics.get(name);
    if (metric === undefined) throw new Error(`There is no metric ${name}`);
    return this.#text(metric);
  }

  async metrics(): Promise<string> {
    const all = await Promise.all(this.getMetricsAsArray().map(async (metric) => this.#text(metric)));
    const isOpen = this.#contentType === OPEN_METRICS;
    return isOpen ? `${all.join('')}# EOF\n` : all.join('\n');
  }

  /** A registry with the metrics of several; one of two with the same name is refused. */
  static merge(registries: readonly Registry[]): Registry {
    const [first] = registries;
    const merged = new Registry(first?.contentType);
    for (const registry of registries) {
      if (registry.contentType !== merged.contentType) {
        throw new Error('Registers can only be merged if they have the same content type');
      }
      for (const metric of registry.getMetricsAsArray()) merged.registerMetric(metric);
    }
    return merged;
  }

  #withDefaults(metric: MetricObject): MetricObject {
    if (Object.keys(this.#defaultLabels).length === 0) return metric;
    const values = metric.values.map((value) => ({
      ...value,
      labels: { ...this.#defaultLabels, ...value.labels },
    }));
    return { ...metric, values };
  }

  async #text(metric: Registered): Promise<string> {
    const { family } = metric;
    const hasDefaults = Object.keys(this.#defaultLabels).length > 0;
    if (hasDefaults || metric.type === 'summary') {
      const { name, help, type, values } = this.#withDefaults(await metric.get());
      const lines = values.map((value) => valueLine(name, value)).join('');
      return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n${lines}`;
    }
    await metric.update();
    const text =
      this.#contentType === OPEN_METRICS ? openMetricsOf(family, {}) : textOf(family, { bounds: 'plain' });
    return [...familyPieces(family, text)].join('');
  }
}

/** Where metrics are registered unless said otherwise. */
export const register: Registry = /* @__PURE__ */ new Registry();
