// Findings for people and for the tools that show them beside the lines.
import { RULES } from './lint.js';

/** @typedef {{ rule: string, severity: 'error' | 'warning', message: string, path: string, line: number }} Shown */

/** @param {number} count @param {string} noun */
const counted = (count, noun) => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;

/** @param {readonly Shown[]} findings */
const pretty = (findings) => {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const lines = findings.map(
    ({ path, line, severity, message, rule }) => `${path}:${String(line)}: ${severity}: ${message} [${rule}]`,
  );
  const summary =
    findings.length === 0
      ? 'nothing is wrong'
      : `${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}`;
  return [...lines, summary, ''].join('\n');
};

/** @param {readonly Shown[]} findings */
const json = (findings) => `${JSON.stringify(findings, null, 2)}\n`;

/** Text of a GitHub workflow command. @param {string} text @param {boolean} [isProperty] */
const escaped = (text, isProperty = false) => {
  const data = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return isProperty ? data.replaceAll(':', '%3A').replaceAll(',', '%2C') : data;
};

/** @param {readonly Shown[]} findings */
const github = (findings) =>
  findings
    .map(
      ({ path, line, severity, message, rule }) =>
        `::${severity} file=${escaped(path, true)},line=${String(line)},title=${escaped(rule, true)}::${escaped(message)}\n`,
    )
    .join('');

/** @param {readonly Shown[]} findings */
const sarif = (findings) => {
  const why = new Map(RULES.map((rule) => [rule.name, rule.why]));
  const ids = [...new Set(findings.map(({ rule }) => rule))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'zuul-local',
            rules: ids.map((id) => ({
              id,
              shortDescription: { text: why.get(id) ?? 'Zuul tells this itself.' },
            })),
          },
        },
        results: findings.map(({ path, line, severity, message, rule }) => ({
          ruleId: rule,
          ruleIndex: ids.indexOf(rule),
          level: severity,
          message: { text: message },
          locations: [{ physicalLocation: { artifactLocation: { uri: path }, region: { startLine: line } } }],
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

/** @type {Readonly<Record<string, (findings: readonly Shown[]) => string>>} */
export const FORMATS = { pretty, json, github, sarif };
