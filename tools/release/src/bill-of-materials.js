// The bill of materials of a tarball, as CycloneDX: what it is, what it needs at run time, each with its checksum. The
// same tarball and lock give the same bytes.
import { createHash } from 'node:crypto';
import semver from 'semver';

/** @param {string} integrity such as sha512-… in base64 */
const hex = (integrity) => Buffer.from(integrity.replace(/^sha512-/u, ''), 'base64').toString('hex');

/** @param {string} name @param {string} version */
const purl = (name, version) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/**
 * @typedef {object} Material
 * @property {string} name
 * @property {string} version
 * @property {string} [license]
 * @property {string} [integrity]
 * @property {Record<string, string>} [dependencies] name → range
 */

/**
 * @param {Material} subject with the integrity of its tarball
 * @param {(name: string, range: string) => Material | undefined} find what a range resolves to
 * @param {string} day on which the commit was made, as ISO 8601
 * @returns {string} JSON
 * @throws {Error} when something that is needed is not found
 */
export const billOfMaterials = (subject, find, day) => {
  /** @type {Map<string, Material>} */
  const parts = new Map();
  /** @type {{ ref: string, dependsOn: string[] }[]} */
  const edges = [];
  /** @param {Material} material */
  const visit = (material) => {
    const ref = purl(material.name, material.version);
    if (edges.some((edge) => edge.ref === ref)) return;
    const needed = Object.entries(material.dependencies ?? {}).map(([name, range]) => {
      const found = find(name, range);
      if (found === undefined || !semver.satisfies(found.version, range, { includePrerelease: true })) {
        throw new Error(
          `${material.name} ${material.version} needs ${name} ${range}, and there is ${found?.version ?? 'none'}`,
        );
      }
      return found;
    });
    edges.push({ ref, dependsOn: needed.map((each) => purl(each.name, each.version)).sort() });
    for (const each of needed) {
      parts.set(purl(each.name, each.version), each);
      visit(each);
    }
  };
  visit(subject);
  /** @param {Material} material */
  const component = ({ name, version, license, integrity }) => {
    const [scope, short] = name.startsWith('@') ? name.split('/') : [undefined, name];
    return {
      type: 'library',
      'bom-ref': purl(name, version),
      ...(scope === undefined ? {} : { group: scope }),
      name: short,
      version,
      ...(integrity === undefined ? {} : { hashes: [{ alg: 'SHA-512', content: hex(integrity) }] }),
      ...(license === undefined ? {} : { licenses: [{ license: { id: license } }] }),
      purl: purl(name, version),
    };
  };
  const digest = createHash('sha256')
    .update(`${purl(subject.name, subject.version)} ${subject.integrity ?? ''}`)
    .digest('hex');
  const serial = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `5${digest.slice(13, 16)}`,
    `8${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
  return `${JSON.stringify(
    {
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      serialNumber: `urn:uuid:${serial}`,
      version: 1,
      metadata: { timestamp: day, component: component(subject) },
      components: [...parts.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, each]) => ({ ...component(each), scope: 'required' })),
      dependencies: edges.sort((a, b) => (a.ref < b.ref ? -1 : 1)),
    },
    undefined,
    2,
  )}\n`;
};
