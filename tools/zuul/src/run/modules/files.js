// copy, file, slurp and stat.
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { toJson } from '../jinja/filters.js';
import { text } from '../jinja/values.js';
import { booleanOf, ModuleError, pathOf, textOf } from './context.js';

/** @import { Context, Mapping, Result } from './context.js' */

/** @param {string} path */
const lookAt = (path) => fs.lstatSync(path, { throwIfNoEntry: false });

/** @param {Buffer | string} contents */
const checksum = (contents) => createHash('sha1').update(contents).digest('hex');

/** Sets the mode where one is given. @param {Mapping} args @param {string} path @returns {boolean} whether that changed something */
const setMode = (args, path) => {
  const written = args['mode'];
  if (written === undefined || written === null) return false;
  const mode = typeof written === 'number' ? written : Number.parseInt(String(written), 8);
  if (typeof written === 'string' && !/^0?[0-7]{3,4}$/u.test(written))
    throw new ModuleError(`"mode" is an octal number in the subset, not "${written}"`);
  if ((fs.statSync(path).mode & 0o7777) === mode) return false;
  fs.chmodSync(path, mode);
  return true;
};

/** @param {string} path */
const stateOf = (path) => {
  const found = lookAt(path);
  if (found === undefined) return 'absent';
  if (found.isSymbolicLink()) return 'link';
  return found.isDirectory() ? 'directory' : 'file';
};

/** @type {Readonly<Record<string, (path: string, now: string, args: Mapping, context: Context) => boolean>>} whether it changed something */
const STATES = {
  absent: (path, now) => {
    if (now === 'absent') return false;
    fs.rmSync(path, { recursive: true });
    return true;
  },
  directory: (path, now, args) => {
    if (now === 'file' || (now === 'link' && !fs.statSync(path).isDirectory()))
      throw new ModuleError(`${path} already exists as a ${now}`);
    fs.mkdirSync(path, { recursive: true });
    return setMode(args, path) || now === 'absent';
  },
  file: (path, now, args) => {
    if (now !== 'file' && now !== 'link')
      throw new ModuleError(`file (${path}) is ${now}, cannot continue`, { state: now });
    return setMode(args, path);
  },
  link: (path, now, args) => {
    const target = textOf(args, 'src');
    if (target === undefined) throw new ModuleError('"src" is needed for a link');
    if (now === 'link' && fs.readlinkSync(path) === target) return false;
    if (!fs.existsSync(join(dirname(path), target)) && !fs.existsSync(target))
      throw new ModuleError('src file does not exist, use "force=yes" if you really want to create the link');
    if (now === 'link') fs.rmSync(path);
    else if (now !== 'absent')
      throw new ModuleError(`refusing to convert from ${now} to symlink for ${path}`);
    fs.symlinkSync(target, path);
    return true;
  },
  touch: (path, now, args) => {
    if (now === 'absent') fs.writeFileSync(path, '');
    else fs.utimesSync(path, new Date(), new Date());
    setMode(args, path);
    return true;
  },
};

/** @template T @param {() => T} work @returns {T} */
const orFail = (work) => {
  try {
    return work();
  } catch (error) {
    if (error instanceof ModuleError) throw error;
    throw new ModuleError(error instanceof Error ? error.message : String(error));
  }
};

/** @param {Mapping} args @param {Context} context @returns {Result} */
export const file = (args, context) =>
  orFail(() => {
    const path = pathOf(args, 'path', context);
    const now = stateOf(path);
    const state = textOf(args, 'state') ?? (now === 'absent' ? 'file' : now);
    const set = STATES[state];
    if (set === undefined) throw new ModuleError(`the state "${state}" of "file" is not in the subset`);
    const isKept = state === 'link' && args['state'] === undefined;
    const changed = isKept ? false : set(path, now, args, context);
    return {
      changed,
      ...(state === 'link' || state === 'touch' || state === 'file' ? { dest: path } : { path }),
      state: stateOf(path),
    };
  });

/** @param {Mapping} args @param {Context} context @returns {Result} */
export const copy = (args, context) =>
  orFail(() => {
    const content = args['content'];
    let dest = pathOf(args, 'dest', context);
    const isDirectory = lookAt(dest) !== undefined && fs.statSync(dest).isDirectory();
    /** @type {Buffer} */
    let contents;
    if (content !== undefined && args['src'] === undefined) {
      if (isDirectory) throw new ModuleError('can not use content with a dir as dest');
      const isData = typeof content === 'object' && content !== null;
      contents = Buffer.from(isData ? toJson(content) : text(content ?? ''));
    } else {
      const isRemote = booleanOf(args['remote_src'] ?? false, 'remote_src');
      const source = isRemote
        ? pathOf(args, 'src', context)
        : context.find('files', textOf(args, 'src') ?? '');
      if (!fs.existsSync(source)) throw new ModuleError(`Could not find or access '${source}'`);
      if (fs.statSync(source).isDirectory())
        throw new ModuleError(`${source} is a folder: copying folders is not in the subset`);
      contents = fs.readFileSync(source);
      if (isDirectory || /\/$/u.test(textOf(args, 'dest') ?? '')) {
        fs.mkdirSync(dest, { recursive: true });
        dest = join(dest, basename(source));
      }
    }
    if (!fs.existsSync(dirname(dest)))
      throw new ModuleError(`Destination directory ${dirname(dest)} does not exist`);
    const isSame = fs.existsSync(dest) && fs.readFileSync(dest).equals(contents);
    if (!isSame) fs.writeFileSync(dest, contents);
    const isModeSet = setMode(args, dest);
    return { changed: !isSame || isModeSet, dest, checksum: checksum(contents), size: contents.length };
  });

/** @param {Mapping} args @param {Context} context @returns {Result} */
export const slurp = (args, context) => {
  const source = pathOf(args, 'src', context);
  try {
    return {
      changed: false,
      content: fs.readFileSync(source).toString('base64'),
      encoding: 'base64',
      source,
    };
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ENOENT') throw new ModuleError(`file not found: ${source}`);
    if (code === 'EISDIR') throw new ModuleError(`source is a directory and must be a file: ${source}`);
    throw new ModuleError(`file is not readable: ${source}`);
  }
};

/** @param {string} path @param {number} how */
const isAllowed = (path, how) => {
  try {
    fs.accessSync(path, how);
    return true;
  } catch {
    return false;
  }
};

/** @param {Mapping} args @param {Context} context @returns {Result} */
export const stat = (args, context) => {
  const path = pathOf(args, 'path', context);
  const isFollowed = booleanOf(args['follow'] ?? false, 'follow');
  const found = isFollowed ? fs.statSync(path, { throwIfNoEntry: false }) : lookAt(path);
  if (found === undefined) return { changed: false, stat: { exists: false } };
  const isReadable = isAllowed(path, fs.constants.R_OK);
  return {
    changed: false,
    stat: {
      exists: true,
      path,
      mode: (found.mode & 0o7777).toString(8).padStart(4, '0'),
      isdir: found.isDirectory(),
      isreg: found.isFile(),
      islnk: found.isSymbolicLink(),
      issock: found.isSocket(),
      isfifo: found.isFIFO(),
      isblk: found.isBlockDevice(),
      ischr: found.isCharacterDevice(),
      uid: found.uid,
      gid: found.gid,
      size: found.size,
      inode: found.ino,
      dev: found.dev,
      nlink: found.nlink,
      atime: found.atimeMs / 1000,
      mtime: found.mtimeMs / 1000,
      ctime: found.ctimeMs / 1000,
      readable: isReadable,
      writeable: isAllowed(path, fs.constants.W_OK),
      executable: isAllowed(path, fs.constants.X_OK),
      ...(found.isFile() && isReadable ? { checksum: checksum(fs.readFileSync(path)) } : {}),
      ...(found.isSymbolicLink() ? { lnk_target: fs.readlinkSync(path) } : {}),
      ...(found.isSymbolicLink() && fs.existsSync(path) ? { lnk_source: fs.realpathSync(path) } : {}),
    },
  };
};
