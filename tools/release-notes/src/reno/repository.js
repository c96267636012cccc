// A git repository, read by few calls of git: its commits, its references and tags, what each commit changed in the
// folder of notes, and contents of files.
import { execFileSync } from 'node:child_process';

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const LARGEST_ANSWER = 2 ** 30;

/**
 * @typedef {object} Commit
 * @property {string} id
 * @property {string} tree
 * @property {readonly string[]} parents
 * @property {number} time seconds since 1970
 */

/**
 * What happened to one file between two trees.
 * @typedef {object} Change
 * @property {'add' | 'modify' | 'delete'} type
 * @property {string} path from the root
 * @property {string} old the blob that was there
 */

/** @type {Readonly<Record<string, Change['type']>>} */
const TYPES = { A: 'add', M: 'modify', T: 'modify', D: 'delete' };

/** One repository at one moment: what was read once is kept. */
export class Repository {
  #root;
  /** @type {string | undefined} */
  #head;
  /** @type {Map<string, Commit>} */
  #commits = new Map();
  /** @type {Map<string, readonly Commit[]>} by head */
  #ancestries = new Map();
  /** @type {Map<string, string> | undefined} */
  #references;
  /** @type {Map<string, { name: string, date: number }[]> | undefined} */
  #tags;
  /** @type {Map<string, readonly Change[]>} by pair of trees and folder */
  #changes = new Map();
  /** @type {Map<string, Buffer | undefined>} */
  #contents = new Map();

  /** @param {string} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {readonly string[]} words @param {string} [input] */
  #git(words, input) {
    const options = { cwd: this.#root, maxBuffer: LARGEST_ANSWER, ...(input === undefined ? {} : { input }) };
    return execFileSync('git', ['-c', 'core.quotePath=false', ...words], {
      ...options,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  /** References by full name; the object each one names, a tag object also. */
  get references() {
    if (this.#references === undefined) this.#readReferences();
    return this.#references ?? new Map();
  }

  #readReferences() {
    const fields = ['refname', 'objectname', 'objecttype', '*objectname', '*objecttype', 'creatordate:unix'];
    const format = fields.map((field) => `%(${field})`).join('%00');
    /** @type {Map<string, string>} */
    const references = new Map();
    /** @type {Map<string, { name: string, date: number }[]>} */
    const tags = new Map();
    for (const line of this.#lines(['for-each-ref', `--format=${format}`])) {
      const [reference = '', id = '', type = '', target = '', targetType = '', date = '0'] = line.split('\0');
      references.set(reference, id);
      if (!reference.startsWith('refs/tags/')) continue;
      // A tag of a tag is rare enough to be asked for by itself.
      const commit = type === 'commit' ? id : targetType === 'commit' ? target : this.commitOf(id);
      const tag = { name: reference.slice('refs/tags/'.length), date: Number(date) };
      const known = tags.get(commit);
      if (known === undefined) tags.set(commit, [tag]);
      else known.push(tag);
    }
    for (const known of tags.values()) known.sort((one, other) => one.date - other.date);
    this.#references = references;
    this.#tags = tags;
  }

  /** @param {readonly string[]} words @param {string} [input] */
  #lines(words, input) {
    const text = this.#git(words, input).toString('utf8');
    return text === '' ? [] : text.replace(/\n$/u, '').split('\n');
  }

  /** The names of the tags of a commit, the oldest tag first. @param {string} id */
  tagsOf(id) {
    if (this.#tags === undefined) this.#readReferences();
    return this.#tags?.get(id)?.map(({ name }) => name) ?? [];
  }

  /** When each tag was made, in seconds since 1970. @returns {ReadonlyMap<string, number>} */
  get tagDates() {
    if (this.#tags === undefined) this.#readReferences();
    return new Map([...(this.#tags?.values() ?? [])].flat().map(({ name, date }) => [name, date]));
  }

  /** The commit that is checked out. */
  get head() {
    this.#head ??= this.commitOf('HEAD');
    return this.#head;
  }

  /** The commit of an object, through however many tags. @param {string} id */
  commitOf(id) {
    return this.#git(['rev-parse', '--verify', `${id}^{commit}`])
      .toString()
      .trim();
  }

  /**
   * Everything that can be reached from a commit, the newest first.
   * @param {string} head
   * @returns {readonly Commit[]}
   */
  ancestry(head) {
    const known = this.#ancestries.get(head);
    if (known !== undefined) return known;
    if (!this.#commits.has(head)) {
      for (const line of this.#lines([
        'rev-list',
        '--format=%H%x00%T%x00%P%x00%ct',
        '--no-commit-header',
        head,
      ])) {
        const [id = '', tree = '', parents = '', time = '0'] = line.split('\0');
        const commit = { id, tree, parents: parents === '' ? [] : parents.split(' '), time: Number(time) };
        this.#commits.set(id, commit);
      }
    }
    const ancestry = byDate(head, this.#commits);
    this.#ancestries.set(head, ancestry);
    return ancestry;
  }

  /** @param {string} id of a commit of an ancestry that was asked for @returns {Commit} */
  commit(id) {
    const commit = this.#commits.get(id);
    if (commit === undefined) throw new TypeError(`the commit ${id} was not read yet`);
    return commit;
  }

  /**
   * What commits changed in a folder, read for all of them at once.
   * @param {readonly Commit[]} commits
   * @param {string | undefined} folder everything by default
   */
  readChanges(commits, folder) {
    /** @type {[string, string][]} */
    const pairs = [];
    for (const { tree, parents } of commits) {
      for (const before of parents.length === 0 ? [EMPTY_TREE] : parents.map((id) => this.commit(id).tree)) {
        if (before !== tree && !this.#changes.has(keyOf(before, tree, folder))) pairs.push([before, tree]);
      }
    }
    if (pairs.length === 0) return;
    const words = ['diff-tree', '--stdin', '-r', '--raw', '--no-renames', '--no-abbrev', '-z'];
    const answer = this.#git(
      folder === undefined ? words : [...words, '--', folder],
      pairs.map((pair) => `${pair.join(' ')}\n`).join(''),
    ).toString('utf8');
    // A line with the two trees goes before the changes between them, which are `:modes blobs type`, NUL, path, NUL.
    let at = 0;
    /** @type {Change[]} */
    let changes = [];
    while (at < answer.length) {
      if (answer[at] === ':') {
        const end = answer.indexOf('\0', at);
        const [, , old = '', , status = ''] = answer.slice(at, end).split(' ');
        const pathEnd = answer.indexOf('\0', end + 1);
        changes.push({ type: TYPES[status[0] ?? ''] ?? 'modify', path: answer.slice(end + 1, pathEnd), old });
        at = pathEnd + 1;
      } else {
        const end = answer.indexOf('\n', at);
        const [before = '', after = ''] = answer.slice(at, end).split(' ');
        changes = [];
        this.#changes.set(keyOf(before, after, folder), changes);
        at = end + 1;
      }
    }
  }

  /**
   * What a commit changed in a folder with respect to each of its parents; those of a merge that lack the folder count
   * for nothing.
   * @param {Commit} commit
   * @param {string | undefined} folder
   * @returns {readonly (readonly Change[])[]} by parent
   */
  changesOf({ tree, parents }, folder) {
    const trees = parents.length === 0 ? [EMPTY_TREE] : parents.map((id) => this.commit(id).tree);
    const kept =
      folder === undefined || parents.length < 2 ? trees : trees.filter((each) => this.#has(each, folder));
    return kept.map((before) => this.#changes.get(keyOf(before, tree, folder)) ?? []);
  }

  /** @param {string} tree @param {string} path */
  #has(tree, path) {
    const [answer = ''] = this.#lines(['cat-file', '--batch-check=%(objecttype)'], `${tree}:${path}\n`);
    return !answer.endsWith('missing');
  }

  /**
   * Reads files as commits have them, all at once.
   * @param {readonly { path: string, commit: string }[]} files
   */
  readFiles(files) {
    const names = files
      .map(({ path, commit }) => `${commit}:${path}`)
      .filter((name) => !this.#contents.has(name));
    if (names.length === 0) return;
    const answer = this.#git(['cat-file', '--batch'], names.map((name) => `${name}\n`).join(''));
    let at = 0;
    for (const name of names) {
      const end = answer.indexOf(10, at);
      const header = answer.toString('utf8', at, end);
      const size = /^[0-9a-f]{40} blob (\d+)$/u.exec(header)?.[1];
      at = end + 1;
      if (size === undefined) {
        this.#contents.set(name, undefined);
        continue;
      }
      this.#contents.set(name, answer.subarray(at, at + Number(size)));
      at += Number(size) + 1;
    }
  }

  /** What a commit has under a path; undefined when there is no file. @param {string} path @param {string} commit */
  contentsAt(path, commit) {
    this.readFiles([{ path, commit }]);
    return this.#contents.get(`${commit}:${path}`)?.toString('utf8');
  }

  /**
   * Files of a folder that git knows and that differ from the commit that is checked out.
   * @param {string} folder
   * @returns {{ unstaged: Change[], staged: Change[] }} by path
   */
  workingCopy(folder) {
    const status = ['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=no', '--', folder];
    /** @type {{ unstaged: Change[], staged: Change[] }} */
    const found = { unstaged: [], staged: [] };
    for (const line of this.#git(status).toString('utf8').split('\0')) {
      const [staged = ' ', unstaged = ' '] = line;
      const path = line.slice(3);
      if (path === '') continue;
      if (TYPES[unstaged] !== undefined) found.unstaged.push({ type: TYPES[unstaged], path, old: '' });
      if (TYPES[staged] !== undefined) found.staged.push({ type: TYPES[staged], path, old: '' });
    }
    return found;
  }
}

/** @param {string} before @param {string} after @param {string | undefined} folder */
const keyOf = (before, after, folder) => `${before} ${after} ${folder ?? ''}`;

/**
 * Commits by their dates, the newest first, each after one of its children.
 * @param {string} head
 * @param {ReadonlyMap<string, Commit>} commits
 */
const byDate = (head, commits) => {
  /** @type {Commit[]} sorted so that the next one is the last */
  const waiting = [];
  const seen = new Set();
  /** @param {string} id */
  const wait = (id) => {
    const commit = commits.get(id);
    if (commit === undefined || seen.has(id)) return;
    seen.add(id);
    let [low, high] = [0, waiting.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = /** @type {Commit} */ (waiting[middle]);
      const isLater = other.time > commit.time || (other.time === commit.time && other.id < commit.id);
      if (isLater) high = middle;
      else low = middle + 1;
    }
    waiting.splice(low, 0, commit);
  };
  wait(head);
  const ordered = [];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    ordered.push(next);
    for (const parent of next.parents) wait(parent);
  }
  return ordered;
};
