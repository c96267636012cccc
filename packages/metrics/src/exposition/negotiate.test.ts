import { expect, test } from 'vitest';
import { acceptsGzip, negotiateFormat } from './negotiate.ts';

const PROTOBUF = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

test.each([
  [undefined, 'text'],
  ['*/*', 'text'],
  ['image/png', 'text'],
  ['application/openmetrics-text', 'openmetrics'],
  ['application/openmetrics-text; version=0.0.1', 'openmetrics'],
  ['application/openmetrics-text; version=9.0.0, text/plain;q=0.1', 'text'],
  ['application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.6', 'text'],
  ['text/plain;q=0.5, application/openmetrics-text;q=0.5', 'text'],
  ['application/openmetrics-text;q=0, text/plain;q=0.1', 'text'],
  [
    `${PROTOBUF},application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
    'protobuf',
  ],
  [`${PROTOBUF};q=0.1,application/openmetrics-text;version="1.0.0";q=0.8`, 'openmetrics'],
  ['application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text', 'text'],
  ['APPLICATION/OpenMetrics-Text ; VERSION=1.0.0', 'openmetrics'],
])('a request that accepts %s gets %s', (accept, format) => {
  expect(negotiateFormat(accept)).toBe(format);
});

test.each([
  [undefined, false],
  ['gzip', true],
  ['gzip;q=0', false],
  ['*', true],
  ['br, *;q=0', false],
  ['deflate, gzip;q=0.1', true],
])('a request with Accept-Encoding %s gets gzip: %s', (header, isGzip) => {
  expect(acceptsGzip(header)).toBe(isGzip);
});
