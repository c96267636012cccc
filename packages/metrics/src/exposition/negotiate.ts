/** The formats a page can have. */
export type PageFormat = 'text' | 'openmetrics' | 'protobuf';

/** What the page says of itself. */
export const CONTENT_TYPES: Readonly<Record<PageFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  protobuf: 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
};

/** One alternative of a header, with its parameters. */
interface Alternative {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

const alternatives = (header: string): Alternative[] =>
  header.split(',').map((part) => {
    const [name = '', ...rest] = part.split(';').map((text) => text.trim());
    const parameters = new Map(
      rest.map((text) => {
        const equals = text.indexOf('=');
        const value = text.slice(equals + 1).trim();
        return [text.slice(0, equals).trim().toLowerCase(), value.replace(/^"(.*)"$/u, '$1')] as const;
      }),
    );
    const quality = Number(parameters.get('q') ?? '1');
    return { name: name.toLowerCase(), parameters, quality: quality >= 0 && quality <= 1 ? quality : 0 };
  });

const formatOf = ({ name, parameters }: Alternative): PageFormat | undefined => {
  const version = parameters.get('version');
  if (name === 'application/openmetrics-text') {
    return version === undefined || version === '1.0.0' || version === '0.0.1' ? 'openmetrics' : undefined;
  }
  if (name === 'application/vnd.google.protobuf') {
    const isDelimited = parameters.get('encoding') === 'delimited';
    return isDelimited && parameters.get('proto') === 'io.prometheus.client.MetricFamily'
      ? 'protobuf'
      : undefined;
  }
  if (name === 'text/plain') return version === undefined || version === '0.0.4' ? 'text' : undefined;
  return name === '*/*' || name === 'text/*' ? 'text' : undefined;
};

/**
 * @returns the format that an Accept header likes best; of equals the first. Text where it likes none: a page is of
 *   more use than a refusal
 */
export const negotiateFormat = (accept: string | undefined): PageFormat => {
  let best: { readonly format: PageFormat; readonly quality: number } | undefined;
  for (const alternative of alternatives(accept ?? '')) {
    const format = formatOf(alternative);
    const { quality } = alternative;
    if (format !== undefined && quality > (best?.quality ?? 0)) best = { format, quality };
  }
  return best?.format ?? 'text';
};

/** @returns whether an Accept-Encoding header takes gzip */
export const acceptsGzip = (acceptEncoding: string | undefined): boolean => {
  const all = alternatives(acceptEncoding ?? '');
  const gzip =
    all.find(({ name }) => name === 'gzip' || name === 'x-gzip') ?? all.find(({ name }) => name === '*');
  return gzip !== undefined && gzip.quality > 0;
};
