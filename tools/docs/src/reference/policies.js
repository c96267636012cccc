// The policies of the reference service: what each guards, and who has the right unless an operator says otherwise.
import { code, table } from './table.js';

/** @param {(path: string) => Promise<any>} load @returns {Promise<string>} */
export const policiesPage = async (load) => {
  const { policies } = await load('examples/volume-service/src/policies.ts');
  const { describePolicies } = await load('packages/policy/src/documents/reference.ts');
  const [section] = describePolicies([{ name: 'volume-service', rules: policies }]);
  return [
    '# Policies',
    'Of `examples/volume-service`. `oslofjord-policy docs` writes such a page for any service; [Policies for operators](../policy-operator.md) says how a rule is changed.',
    table(
      ['rule', 'guards', 'default', 'scopes', 'meaning'],
      section.rules.map((/** @type {any} */ rule) => [
        code(rule.name),
        rule.operations.map((/** @type {any} */ one) => code(`${one.method} ${one.path}`)).join(', '),
        code(rule.checkStr),
        rule.scopeTypes.join(', '),
        [...rule.description, rule.deprecation ?? ''].join(' ').replaceAll('|', '\\|').trim(),
      ]),
    ),
  ].join('\n\n');
};
