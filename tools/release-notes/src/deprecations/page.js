import { currentLedger } from './ledger.js';

/** @import { Workspace } from '../workspace.js' */

/** @param {string} text */
const cell = (text) => text.replaceAll('|', '\\|');

/**
 * The table of what is deprecated.
 * @param {Workspace} workspace
 * @returns {string} Markdown
 */
export const deprecationsPage = (workspace) => {
  const rows = workspace.published.flatMap((each) =>
    currentLedger(workspace, each).map(
      ({ subject, since, removal, reason, removed }) =>
        `| \`${each.name}\` | \`${subject}\` | ${since} | ${removed === undefined ? (removal === 'kept' ? 'not planned' : removal) : `removed in ${removed}`} | ${cell(reason)} |`,
    ),
  );
  return `${[
    '# Deprecations',
    'What still works and should not be used any more. Nothing goes before the version named here, and not without an upgrade note.',
    [
      '| package | what | since | goes in | why, and what to use |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
  ].join('\n\n')}\n`;
};
