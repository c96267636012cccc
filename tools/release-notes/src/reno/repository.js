// A git repository, read by few calls of git: its commits, its references and tags, what each commit changed in the
// folder of notes, and contents of files.
import { execFileSync } from 'node:child_process';
import { DIFFERENCES, LARGEST_ANSWER, REFERENCES, STATUS } from './ahead.js';
import { COMMITS, commitsOf } from './commits.js';

/** @import { Ahead } from './ahead.js' */
/** @import { Commit } from './commits.js' */

/** @type {readonly (readonly Change[])[]} */
const NOTHING = [[]];
/** @type {readonly string[]} */
const UNTAGGED = [];
const NO_BLOBS = { old: '', blob: '' };

/**
 * What happened to one file between two trees.
 * @typedef {object} Change
 * @property {'add' | 'modify' | 'delete'} type
 * @property {string} path from the root
 * @property {string} old the blob that was there
 * @property {string} blob the one that is there now
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
  /** @type {Map<string, string>} the commit of each object that a reference names */
  #targets = new Map();
  /** @type {{ folder: string, text: string } | undefined} */
  #status;
  /**
   * The commits of the branch that is checked out that changed something in a folder, and what, but for merges: they are
   * compared with each of their parents when they are asked for.
   * @type {{ folder: string, changes: ReadonlyMap<string, readonly Change[]> } | undefined}
   */
  #prefetched;
  /** @type {Map<string, Change[]>} by commit, parent and folder */
  #changes = new Map();
  /** @type {Map<string, boolean>} whether a commit has a folder, by `commit:folder` */
  #folders = new Map();
  /** @type {Map<string, Buffer | undefined>} */
  #contents = new Map();

  /** Files by blob, as far as they were read ahead. @type {Map<string, Buffer | undefined>} */
  #blobs = new Map();

  /** @param {string} root @param {Ahead} [ahead] what git answered already about one folder of it */
  constructor(root, ahead) {
    this.#root = root;
    if (ahead !== undefined) this.#take(ahead);
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
    this.#takeReferences(this.#lines(REFERENCES));
  }

  /** @param {readonly string[]} lines */
  #takeReferences(lines) {
    /** @type {Map<string, string>} */
    const references = new Map();
    /** @type {Map<string, { name: string, date: number }[]>} */
    const tags = new Map();
    for (const line of lines) {
      const [reference = '', id = '', type = '', target = '', targetType = '', date = '0'] = line.split('\0');
      references.set(reference, id);
      if (type === 'commit') this.#targets.set(id, id);
      else if (targetType === 'commit') this.#targets.set(id, target);
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
    return linesOf(this.#git(words, input).toString('utf8'));
  }

  /** The names of the tags of a commit, the oldest tag first. @param {string} id */
  tagsOf(id) {
    if (this.#tags === undefined) this.#readReferences();
    return this.#tags?.get(id)?.map(({ name }) => name) ?? UNTAGGED;
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
    const known = this.#targets.get(id);
    if (known !== undefined) return known;
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
      // What is known already is not told again.
      const further = this.#prefetched === undefined ? [] : [`^${this.head}`];
      this.#takeCommits(commitsOf(this.#git([...COMMITS, head, ...further]), false));
    }
    const ancestry = byDate(head, this.#commits);
    this.#ancestries.set(head, ancestry);
    return ancestry;
  }

  /** @param {readonly Commit[]} commits */
  #takeCommits(commits) {
    for (const commit of commits) this.#commits.set(commit.id, commit);
  }

  /** @param {Ahead} ahead */
  #take({ folder, commits, differences, references, status, contents }) {
    this.#takeReferences(linesOf(references));
    this.#takeCommits(commits);
    this.#head = commits[0]?.id ?? '';
    // Where no two commits are of the same second, and none is older than its parent, git's order is ours.
    if (commits.every(({ time }, index) => index === 0 || time < (commits[index - 1]?.time ?? 0))) {
      this.#ancestries.set(this.#head, commits);
    }
    this.#status = { folder, text: status };
    /** @type {Map<string, Change[]>} */
    const changes = new Map();
    /** @type {Change[]} */
    let current = [];
    for (const { header, change } of rawEntries(differences)) {
      if (header === undefined) current.push(change);
      else changes.set(header, (current = []));
    }
    this.#prefetched = { folder, changes };
    for (const { name, bytes } of batchEntries(contents)) this.#blobs.set(name, bytes);
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
    /** @type {{ asked: string, key: string }[]} */
    const pairs = [];
    for (const { id, parents } of commits) {
      if (this.#known(id, parents, folder) !== undefined) continue;
      for (const parent of parents.length === 0 ? [''] : parents) {
        const key = keyOf(id, parent, folder);
        if (!this.#changes.has(key)) pairs.push({ asked: `${id} ${parent}`.trim(), key });
      }
    }
    if (pairs.length === 0) return;
    const answer = this.#git(
      folder === undefined ? DIFFERENCES : [...DIFFERENCES, '--', folder],
      pairs.map(({ asked }) => `${asked}\n`).join(''),
    ).toString('utf8');
    // Each pair is answered in its turn, under the name of its commit.
    let turn = -1;
    /** @type {Change[]} */
    let changes = [];
    for (const entry of rawEntries(answer)) {
      if (entry.header === undefined) changes.push(entry.change);
      else {
        turn += 1;
        changes = [];
        this.#changes.set(pairs[turn]?.key ?? '', changes);
      }
    }
  }

  /**
   * What is known from the start about a commit; undefined where it has to be asked for.
   * @param {string} id
   * @param {readonly string[]} parents
   * @param {string | undefined} folder
   * @returns {readonly (readonly Change[])[] | undefined}
   */
  #known(id, parents, folder) {
    if (
      this.#prefetched === undefined ||
      this.#prefetched.folder !== folder ||
      this.#commits.get(id)?.isOfHead !== true
    )
      return undefined;
    const changes = this.#prefetched.changes.get(id);
    if (changes === undefined) return NOTHING;
    return parents.length < 2 ? [changes] : undefined;
  }

  /**
   * What a commit changed in a folder with respect to each of its parents; those of a merge that lack the folder count
   * for nothing.
   * @param {Commit} commit
   * @param {string | undefined} folder
   * @returns {readonly (readonly Change[])[]} by parent
   */
  changesOf({ id, parents }, folder) {
    const byParent = this.#byParent(id, parents, folder);
    if (byParent.every((changes) => changes.length === 0)) return NOTHING;
    if (folder === undefined || parents.length < 2) return byParent;
    return byParent.filter((_, index) => this.#has(parents[index] ?? '', folder));
  }

  /** @param {string} id @param {readonly string[]} parents @param {string | undefined} folder @returns {readonly (readonly Change[])[]} */
  #byParent(id, parents, folder) {
    const sides = parents.length === 0 ? [''] : parents;
    return (
      this.#known(id, parents, folder) ??
      sides.map((parent) => this.#changes.get(keyOf(id, parent, folder)) ?? [])
    );
  }

  /**
   * Whether a parent of a merge has a folder; asked for those of all merges that changed something there at once.
   * @param {string} parent
   * @param {string} folder
   */
  #has(parent, folder) {
    const known = this.#folders.get(`${parent}:${folder}`);
    if (known !== undefined) return known;
    const names = new Set([`${parent}:${folder}`]);
    for (const { id, parents } of this.#commits.values()) {
      if (parents.length < 2) continue;
      if (this.#byParent(id, parents, folder).some((changes) => changes.length > 0))
        for (const each of parents) names.add(`${each}:${folder}`);
    }
    const asked = [...names];
    const answers = this.#lines(
      ['cat-file', '--batch-check=%(objecttype)'],
      asked.map((name) => `${name}\n`).join(''),
    );
    for (const [index, name] of asked.entries())
      this.#folders.set(name, !answers[index]?.endsWith('missing'));
    return this.#folders.get(`${parent}:${folder}`) === true;
  }

  /**
   * Reads files as commits have them, all at once.
   * @param {readonly { path: string, commit: string }[]} files
   */
  readFiles(files) {
    const names = [];
    for (const { path, commit } of files) {
      const name = `${commit}:${path}`;
      if (this.#contents.has(name)) continue;
      const blob = this.#prefetched?.changes.get(commit)?.find((change) => change.path === path)?.blob;
      const known = blob === undefined ? undefined : this.#blobs.get(blob);
      if (known === undefined) names.push(name);
      else this.#contents.set(name, known);
    }
    if (names.length === 0) return;
    const answer = this.#git(['cat-file', '--batch'], names.map((name) => `${name}\n`).join(''));
    for (const [index, { bytes }] of [...batchEntries(answer)].entries()) {
      this.#contents.set(names[index] ?? '', bytes);
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
    const known = this.#status?.folder === folder ? this.#status.text : undefined;
    const text = known ?? this.#git([...STATUS, '--', folder]).toString('utf8');
    /** @type {{ unstaged: Change[], staged: Change[] }} */
    const found = { unstaged: [], staged: [] };
    for (const line of text.split('\0')) {
      const [staged = ' ', unstaged = ' '] = line;
      const path = line.slice(3);
      if (path === '') continue;
      if (TYPES[unstaged] !== undefined) found.unstaged.push({ type: TYPES[unstaged], path, ...NO_BLOBS });
      if (TYPES[staged] !== undefined) found.staged.push({ type: TYPES[staged], path, ...NO_BLOBS });
    }
    return found;
  }
}

/** @param {string} text */
const linesOf = (text) => (text === '' ? [] : text.replace(/\n$/u, '').split('\n'));

/**
 * The answer of `diff-tree --stdin --raw -z`, or of `log --raw -z --format=%H`: a commit, NUL, then its changes, each `:modes blobs type`, NUL, path, NUL.
 * @param {string} answer
 * @returns {Generator<{ header: string, change?: undefined } | { header?: undefined, change: Change }, void>}
 */
function* rawEntries(answer) {
  let at = 0;
  while (at < answer.length) {
    if (answer[at] === '\n') {
      // `log` has one before the changes of a commit.
      at += 1;
    } else if (answer[at] === ':') {
      const end = answer.indexOf('\0', at);
      const [, , old = '', blob = '', status = ''] = answer.slice(at, end).split(' ');
      const pathEnd = answer.indexOf('\0', end + 1);
      yield {
        change: { type: TYPES[status[0] ?? ''] ?? 'modify', path: answer.slice(end + 1, pathEnd), old, blob },
      };
      at = pathEnd + 1;
    } else {
      const end = answer.indexOf('\0', at);
      yield { header: answer.slice(at, end) };
      at = end + 1;
    }
  }
}

const OBJECT = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/u;

/**
 * The answer of `cat-file --batch`: of each object its name, kind and size on a line, then its bytes and a line end; of
 * what is not there one line.
 * @param {Buffer} answer
 * @returns {Generator<{ name: string, bytes: Buffer | undefined }, void>}
 */
function* batchEntries(answer) {
  for (let at = 0; at < answer.length;) {
    const end = answer.indexOf(10, at);
    const [, name = '', kind, size] = OBJECT.exec(answer.toString('utf8', at, end)) ?? [];
    at = end + 1;
    const bytes = size === undefined ? undefined : answer.subarray(at, at + Number(size));
    yield { name, bytes: kind === 'blob' ? bytes : undefined };
    if (bytes !== undefined) at += bytes.length + 1;
  }
}

/** @param {string} commit @param {string} parent @param {string | undefined} folder */
const keyOf = (commit, parent, folder) => `${commit} ${parent} ${folder ?? ''}`;

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
    if (low === waiting.length) waiting.push(commit);
    else waiting.splice(low, 0, commit);
  };
  wait(head);
  const ordered = [];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    ordered.push(next);
    for (const parent of next.parents) wait(parent);
  }
  return ordered;
};
