import { table } from '../rendering/table.js';
import { currentLedger } from './ledger.js';

/** @import { Workspace } from '../workspace.js' */

/**
 * The table of what is deprecated.
 * @param {Workspace} workspace
 * @returns {string} Markdown
 */
export const deprecationsPage = (workspace) => {
  const rows = workspace.published.flatMap((each) =>
    currentLedger(workspace, each).map(({ subject, since, removal, reason, removed }) => {
      const planned = removal === 'kept' ? 'not planned' : removal;
      return [
        `\`${each.name}\``,
        `\`${subject}\``,
        since,
        removed === undefined ? planned : `removed in ${removed}`,
        reason,
      ];
    }),
  );
  return `${[
    '# Deprecations',
    'What still works and should not be used any more. Nothing goes before the version named here, and not without an upgrade note.',
    table(['package', 'what', 'since', 'goes in', 'why, and what to use'], rows),
  ].join('\n\n')}\n`;
};
