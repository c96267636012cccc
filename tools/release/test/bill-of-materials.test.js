import { expect, test } from 'vitest';
import { billOfMaterials } from '../src/bill-of-materials.js';

const DAY = '2026-11-24T12:00:00+00:00';
const integrity = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;
/** @type {Record<string, import('../src/bill-of-materials.js').Material>} */
const known = {
  '@oslofjord/config': { name: '@oslofjord/config', version: '0.2.0', license: 'Apache-2.0', integrity },
  yaml: { name: 'yaml', version: '2.9.1', license: 'ISC', integrity, dependencies: { inner: '^1.0.0' } },
  inner: { name: 'inner', version: '1.4.0' },
};
const subject = {
  name: '@oslofjord/limit',
  version: '0.2.0',
  license: 'Apache-2.0',
  integrity,
  dependencies: { '@oslofjord/config': '^0.2.0', yaml: '2.9.1' },
};
const bill = () => billOfMaterials(subject, (name) => known[name], DAY);

test('names the subject and everything that it needs, with checksums', () => {
  const { metadata, components, dependencies, specVersion } = JSON.parse(bill());
  expect(specVersion).toBe('1.5');
  expect(metadata.component).toMatchObject({
    group: '@oslofjord',
    name: 'limit',
    purl: 'pkg:npm/%40oslofjord/limit@0.2.0',
    hashes: [{ alg: 'SHA-512', content: '07'.repeat(64) }],
  });
  expect(components.map((/** @type {{ purl: string }} */ { purl }) => purl)).toEqual([
    'pkg:npm/%40oslofjord/config@0.2.0',
    'pkg:npm/inner@1.4.0',
    'pkg:npm/yaml@2.9.1',
  ]);
  expect(dependencies).toContainEqual({ ref: 'pkg:npm/yaml@2.9.1', dependsOn: ['pkg:npm/inner@1.4.0'] });
});

test('is the same for the same bytes, and another for others', () => {
  expect(bill()).toBe(bill());
  const other = billOfMaterials(
    { ...subject, integrity: integrity.replace('BwcH', 'AAAA') },
    (name) => known[name],
    DAY,
  );
  expect(JSON.parse(other).serialNumber).not.toBe(JSON.parse(bill()).serialNumber);
});

test('something that is needed and missing, or of another version, is an error', () => {
  expect(() => billOfMaterials(subject, () => undefined, DAY)).toThrow(
    '@oslofjord/limit 0.2.0 needs @oslofjord/config ^0.2.0, and there is none',
  );
  const old = { name: '@oslofjord/config', version: '0.1.0' };
  expect(() => billOfMaterials(subject, () => old, DAY)).toThrow('there is 0.1.0');
});
