// What was ever deprecated in a package, kept in packages/NAME/api/deprecations.json, so that a removal cannot be silent.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readArchived } from '../archive/archived.js';
import { readPending } from '../changesets/pending.js';
import { nextVersion } from '../releases/next.js';
import { pendingRelease, textsOf } from '../releases/release.js';
import { compareVersions } from '../versions.js';
import { findDeprecations } from './find.js';

/** @import { Problem } from '../problems.js' */
/** @import { Workspace, WorkspacePackage } from '../workspace.js' */

/** @typedef {{ subject: string, since: string, removal: string, reason: string, removed?: string }} Entry */

/** @param {WorkspacePackage} workspacePackage */
const fileOf = ({ folder }) => `${folder}/api/deprecations.json`;

/** @param {string} root @param {WorkspacePackage} workspacePackage @returns {Entry[]} */
export const readLedger = (root, workspacePackage) => {
  const path = join(root, fileOf(workspacePackage));
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
};

/** Whether one removal comes before another. @param {string} one @param {string} other */
const isBefore = (one, other) => one !== 'kept' && (other === 'kept' || compareVersions(one, other) < 0);

/**
 * The ledger with what the sources say now: new and changed entries, and `removed` at those that are gone.
 * @param {Workspace} workspace
 * @param {WorkspacePackage} workspacePackage
 * @returns {Entry[]} by subject
 */
export const currentLedger = (workspace, workspacePackage) => {
  const { found } = findDeprecations(workspace.root, workspacePackage.folder);
  const next = nextVersion(workspace, workspacePackage);
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  for (const entry of readLedger(workspace.root, workspacePackage)) {
    const isGone = !found.some(({ subject }) => subject === entry.subject);
    entries.set(entry.subject, isGone && entry.removed === undefined ? { ...entry, removed: next } : entry);
  }
  for (const { subject, since, removal, reason } of found) {
    if (since === undefined || removal === undefined) continue;
    const promised = entries.get(subject)?.removal;
    // A promise may be prolonged, not shortened: the check keeps complaining until the source agrees.
    const isShortened = promised !== undefined && isBefore(removal, promised);
    entries.set(subject, { subject, since, removal: isShortened ? promised : removal, reason });
  }
  return [...entries.values()].sort((one, other) => (one.subject < other.subject ? -1 : 1));
};

/** @param {Workspace} workspace @param {WorkspacePackage} workspacePackage @returns {boolean} whether it was written */
export const writeLedger = (workspace, workspacePackage) => {
  const path = join(workspace.root, fileOf(workspacePackage));
  const entries = currentLedger(workspace, workspacePackage);
  const text = `${JSON.stringify(entries, null, 2)}\n`;
  if (entries.length === 0 || (existsSync(path) && readFileSync(path, 'utf8') === text)) return false;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return true;
};

/** Whether texts name something. @param {readonly string[]} texts @param {string} subject */
const name = (texts, subject) =>
  texts.some((text) => text.includes(subject.slice(subject.lastIndexOf('.') + 1)));

/**
 * What is wrong with the deprecations of a package.
 * @param {Workspace} workspace
 * @param {WorkspacePackage} workspacePackage
 * @returns {Problem[]}
 */
export const deprecationProblems = (workspace, workspacePackage) => {
  const { root } = workspace;
  const next = nextVersion(workspace, workspacePackage);
  const { found, silent } = findDeprecations(root, workspacePackage.folder);
  const pending = pendingRelease(workspacePackage, readPending(root), undefined);
  const archived = readArchived(root, workspacePackage.folder);
  /** @param {string} id */
  const pendingTexts = (id) => (pending === undefined ? [] : textsOf(pending, id));
  /** @param {string} id @param {(version: string) => boolean} isMeant */
  const texts = (id, isMeant) => [
    ...pendingTexts(id),
    ...archived
      .filter(({ version }) => version !== undefined && isMeant(version))
      .flatMap(({ sections }) =>
        sections.filter((section) => section.id === id).flatMap((section) => section.texts),
      ),
  ];
  /** @type {Problem[]} */
  const problems = [];
  /** @param {string} file @param {number | undefined} line @param {string} message */
  const report = (file, line, message) => {
    problems.push({
      severity: 'error',
      rule: 'deprecation',
      file,
      ...(line === undefined ? {} : { line }),
      message,
    });
  };
  for (const { file, line } of silent) {
    report(
      file,
      line,
      'tells of a deprecation at run time; put a comment above it: // @deprecation `NAME` since 1.2.3, removal 2.0.0: reason',
    );
  }
  for (const { subject, file, line, since, removal, reason } of found) {
    if (since === undefined || removal === undefined || reason === '') {
      report(
        file,
        line,
        `the deprecation of ${subject} does not say since when, why and when it goes; write: since 1.2.3, removal 2.0.0: reason and what to use`,
      );
      continue;
    }
    if (compareVersions(since, next) > 0)
      report(file, line, `${subject} is deprecated since ${since}, and the next version is ${next}`);
    if (removal !== 'kept' && compareVersions(removal, since) <= 0)
      report(
        file,
        line,
        `${subject} goes in ${removal}, which is not after ${since}, since when it is deprecated`,
      );
    if (
      !name(
        texts('deprecations', () => true),
        subject,
      )
    ) {
      report(
        file,
        line,
        `no Deprecation Note of ${workspacePackage.name} names ${subject}; add one with \`release-notes new SLUG --package ${workspacePackage.short} --section deprecations\``,
      );
    }
  }
  for (const entry of readLedger(root, workspacePackage)) {
    const { subject, removal } = entry;
    if (entry.removed !== undefined && compareVersions(entry.removed, workspacePackage.version) <= 0)
      continue;
    if (found.some((each) => each.subject === subject)) {
      const now = found.find((each) => each.subject === subject);
      if (now?.removal !== undefined && isBefore(now.removal, removal))
        report(
          String(now?.file),
          now?.line,
          `${subject} was promised to stay until ${removal === 'kept' ? 'further notice' : removal}, and now goes in ${String(now?.removal)}; a promise is not shortened`,
        );
      continue;
    }
    const file = fileOf(workspacePackage);
    if (removal === 'kept' || compareVersions(next, removal) < 0) {
      report(
        file,
        undefined,
        `${subject} is gone, and was to stay until ${removal === 'kept' ? 'a removal is announced' : removal}; the next version is ${next}. Put it back, or raise the bump to reach ${removal === 'kept' ? 'an announced version' : removal}`,
      );
    }
    if (
      !name(
        texts('upgrade', (version) => compareVersions(version, removal === 'kept' ? '0.0.0' : removal) >= 0),
        subject,
      )
    ) {
      report(
        file,
        undefined,
        `${subject} is gone, and no Upgrade Note names it; say what its users have to do`,
      );
    }
  }
  return problems;
};
