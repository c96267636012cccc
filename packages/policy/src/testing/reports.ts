import type { PolicyTestReport, PolicyTestResult } from './run.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text in an attribute of XML; characters that XML cannot hold are replaced. */
const escape = (text: string): string =>
  text
    .replace(/[\ufffe\uffff]|\p{Cs}|(?![\t\n\r])\p{Cc}/gu, '\ufffd')
    .replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char)
    .replace(/[\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`);

/** What went wrong with a test, in one line. */
export const formatFailure = ({ expected, actual, error }: PolicyTestResult): string =>
  `expected ${expected}, got ${actual}${error === undefined ? '' : `: ${error}`}`;

const testCase = (suite: string, result: PolicyTestResult): string => {
  const open = `<testcase classname="${escape(`${suite}.${result.group}`)}" name="${escape(result.name)}" time="0"`;
  return result.isPassed
    ? `${open}/>`
    : `${open}><failure message="${escape(formatFailure(result))}"/></testcase>`;
};

/** Results in the format of JUnit, which every CI system reads. */
export const formatJunit = ({ suite, results }: PolicyTestReport): string => {
  const failures = results.filter(({ isPassed }) => !isPassed).length;
  const counts = `tests="${results.length}" failures="${failures}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `<testsuite name="${escape(suite)}" ${counts} time="0">`,
    ...results.map((result) => testCase(suite, result)),
    '</testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
};

/** Results for people to read: failures, then counts. */
export const formatResults = ({ results }: PolicyTestReport): string => {
  const failed = results.filter(({ isPassed }) => !isPassed);
  return [
    ...failed.map((result) => `FAILED ${result.group}: ${result.name}: ${formatFailure(result)}\n`),
    `${results.length - failed.length} of ${results.length} passed\n`,
  ].join('');
};
