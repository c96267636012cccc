// What differs between two shapes, and whom it breaks. A type is looked at in a direction: `out` is what users get, `in`
// is what they give; results may become narrower and arguments wider, never the other way round.

/** @import { Member, Shape, Signature, Type } from './shapes.js' */

/** @typedef {'in' | 'out'} Direction */
/** @typedef {{ level: 'break' | 'addition', where: string, message: string }} Difference */
/** @typedef {Readonly<Record<string, Shape>>} Named */

/** @param {Type} type @returns {string} as a reader knows it */
export const written = (type) => {
  switch (type.kind) {
    case 'reference':
      return (
        type.name.replace(/^.*#|~\d+$/gu, '') +
        (type.arguments.length === 0 ? '' : `<${type.arguments.map(written).join(', ')}>`)
      );
    case 'union':
      return type.of.map(written).join(' | ');
    case 'list':
      return `${type.isReadonly ? 'readonly ' : ''}${type.of.kind === 'union' ? `(${written(type.of)})` : written(type.of)}[]`;
    case 'object':
      return `{ ${Object.entries(type.members)
        .map(([name, member]) => `${name}${member.isOptional ? '?' : ''}: ${written(member.type)}`)
        .join('; ')} }`;
    case 'function': {
      const [signature] = type.signatures;
      const parameters =
        signature?.parameters.map(({ name, type: each }) => `${name}: ${written(each)}`) ?? [];
      return `(${parameters.join(', ')}) => ${signature === undefined ? 'void' : written(signature.returns)}`;
    }
    default:
      return type.text;
  }
};

/** @param {Type} type @returns {readonly Type[]} */
const alternatives = (type) => (type.kind === 'union' ? type.of : [type]);

/** @param {Type} type @param {string} text */
const isText = (type, text) => type.kind === 'text' && type.text === text;

/** The type of which a literal is one. @param {Type} type */
const widerOf = (type) => {
  if (type.kind !== 'text') return undefined;
  if (/^['"`]/u.test(type.text)) return 'string';
  if (/^-?\d/u.test(type.text)) return 'number';
  return /^(?:true|false)$/u.test(type.text) ? 'boolean' : undefined;
};

/** Which arguments of types of TypeScript are names of properties: fewer are no part of more. @type {Readonly<Record<string, readonly number[]>>} */
const KEYS = { Pick: [1], Omit: [1], Record: [0], Exclude: [0, 1], Extract: [0, 1] };

/** Whether a type is made of names or conditions, so that less of what it mentions may be more of it. @param {string} text */
const isEitherWay = (text) => /\b(?:keyof|in|infer|extends)\b/u.test(text);

/** Compares the shapes of two versions. */
export class Relation {
  /** @type {Difference[]} */
  differences = [];
  #before;
  #after;
  /** @type {Set<string>} pairs of names that were compared in a direction, or are being compared */
  #seen = new Set();

  /** @param {Named} before @param {Named} after */
  constructor(before, after) {
    this.#before = before;
    this.#after = after;
  }

  /** @param {Difference['level']} level @param {string} where @param {string} message */
  #report(level, where, message) {
    if (this.differences.some((each) => each.where === where && each.message === message)) return;
    this.differences.push({ level, where, message });
  }

  /** What a comparison would find, without reporting it. @param {(trial: Relation) => void} compare @returns {readonly Difference[]} */
  #trial(compare) {
    const trial = new Relation(this.#before, this.#after);
    trial.#seen = new Set(this.#seen);
    compare(trial);
    return trial.differences;
  }

  /** @param {(trial: Relation) => void} compare */
  #holds(compare) {
    return this.#trial(compare).every(({ level }) => level !== 'break');
  }

  /** @param {string} before @param {string} after names of types @param {Direction} direction @param {string} [where] */
  named(before, after, direction, where = before) {
    const pair = `${before}>${after}:${direction}`;
    if (this.#seen.has(pair)) return;
    this.#seen.add(pair);
    const [one, other] = [this.#before[before], this.#after[after]];
    if (one !== undefined && other !== undefined) this.shape(one, other, direction, where);
  }

  /**
   * Compares an exported type that no function takes or gives: users may do both with it.
   * @param {string} before
   * @param {string} after
   * @param {string} where
   */
  unused(before, after, where) {
    const isUsed = ['in', 'out'].some((direction) => this.#seen.has(`${before}>${after}:${direction}`));
    if (isUsed) return;
    this.named(before, after, 'in', where);
    this.named(before, after, 'out', where);
  }

  /** @param {Shape} before @param {Shape} after @param {Direction} direction @param {string} where @returns {void} */
  shape(before, after, direction, where) {
    if (before.kind === 'external' || after.kind === 'external') {
      if (JSON.stringify(before) !== JSON.stringify(after))
        this.#report('break', where, 'comes from another module than before');
      return;
    }
    if (before.kind === 'class' && after.kind === 'class') return this.#class(before, after, where);
    if (before.kind === 'function' && after.kind === 'function')
      return this.#signatures(before.signatures, after.signatures, 'out', where);
    if (before.kind === 'value' && after.kind === 'value')
      return this.type(before.type, after.type, 'out', where);
    const [one, other] = [objectOf(before), objectOf(after)];
    if (one !== undefined && other !== undefined) {
      this.#generics(before, after, where);
      for (const [name, type] of Object.entries(one.parents)) {
        const now = other.parents[name];
        if (now !== undefined) this.type(type, now, direction, `${where} extends ${name}`);
        else if (direction === 'out' || !this.#isInlined(type, other.members))
          this.#report('break', where, `does not extend ${name} any more`);
      }
      for (const name of Object.keys(other.parents)) {
        if (!(name in one.parents) && direction === 'in')
          this.#report('break', where, `extends ${name} now, whose properties users would have to give`);
      }
      return this.#members(one.members, other.members, direction, where);
    }
    if (before.kind === 'alias' && after.kind === 'alias') {
      this.#generics(before, after, where);
      return this.type(before.type, after.type, direction, where);
    }
    if (before.kind !== after.kind)
      this.#report('break', where, `was ${article(before.kind)} and is ${article(after.kind)}`);
  }

  /** Whether the members of a parent that is gone now stand in the type itself. @param {Type} parent @param {Record<string, Member>} members */
  #isInlined(parent, members) {
    const shape = parent.kind === 'reference' ? this.#before[parent.name] : undefined;
    return shape?.kind === 'interface' && Object.keys(shape.members).every((name) => name in members);
  }

  /** @param {Shape} before @param {Shape} after @param {string} where */
  #generics(before, after, where) {
    const [had = [], has = []] = [before, after].map((shape) => ('generics' in shape ? shape.generics : []));
    if (had.length !== has.length) {
      this.#report('break', where, `had ${String(had.length)} type parameters and has ${String(has.length)}`);
      return;
    }
    for (const [index, bound] of had.entries()) {
      const now = has[index] ?? '';
      if (bound === now || (now === '' && !bound.includes(' = ') && !bound.startsWith('= '))) continue;
      this.#report(
        'break',
        where,
        `had the type parameter ${String(index + 1)} ${bound === '' ? 'without a bound' : `'${bound}'`} and has ${now === '' ? 'no default for it' : `'${now}'`}`,
      );
    }
  }

  /** @param {Extract<Shape, { kind: 'class' }>} before @param {Extract<Shape, { kind: 'class' }>} after @param {string} where */
  #class(before, after, where) {
    this.#generics(before, after, where);
    if (before.extends !== after.extends)
      this.#report(
        'break',
        where,
        `extended ${before.extends === '' ? 'nothing' : before.extends} and extends ${after.extends === '' ? 'nothing' : after.extends}`,
      );
    if (!before.isAbstract && after.isAbstract)
      this.#report('break', where, 'is abstract now: users cannot make one any more');
    if (!before.isClosed && after.isClosed)
      this.#report('break', `new ${where}`, 'is for the class alone now: users cannot make one any more');
    // What users get from a class that is not exported itself.
    for (const parent of before.parents ?? []) {
      if (before.extends === after.extends) this.named(parent, parent, 'out');
    }
    this.#signatures(before.construct, after.construct, 'out', `new ${where}`);
    this.#members(before.members, after.members, 'out', where);
    this.#members(before.statics, after.statics, 'out', where);
  }

  /** @param {Record<string, Member>} before @param {Record<string, Member>} after @param {Direction} direction @param {string} where */
  #members(before, after, direction, where) {
    for (const [name, one] of Object.entries(before)) {
      const other = after[name];
      const at = name === '()' || name === '[index]' ? where : `${where}.${name}`;
      if (other === undefined) {
        this.#report('break', at, 'is gone');
        continue;
      }
      if (direction === 'in' && one.isOptional && !other.isOptional)
        this.#report('break', at, 'was optional and has to be given now');
      if (direction === 'out' && !one.isOptional && other.isOptional)
        this.#report('break', at, 'was always there and may be missing now');
      if (direction === 'out' && !one.isReadonly && other.isReadonly && !one.isMethod)
        this.#report('break', at, 'could be set and is read-only now');
      if (one.isProtected !== true && other.isProtected === true)
        this.#report('break', at, 'was for everybody and is for subclasses now');
      if (one.isAbstract !== true && other.isAbstract === true)
        this.#report('break', at, 'is abstract now: subclasses of users have to write it');
      if (!one.isReadonly && !other.isReadonly && (one.set ?? other.set) !== undefined)
        this.type(one.set ?? one.type, other.set ?? other.type, 'in', `${at} =`);
      if (one.default !== other.default && one.default !== undefined) {
        this.#report('break', at, `had the default ${one.default} and has ${other.default ?? 'none'}`);
      }
      this.type(one.type, other.type, direction, at);
    }
    for (const [name, other] of Object.entries(after)) {
      if (name in before) continue;
      if (direction === 'in' && !other.isOptional)
        this.#report('break', `${where}.${name}`, 'is new and has to be given');
      else if (other.isAbstract === true)
        this.#report(
          'break',
          `${where}.${name}`,
          'is new and abstract: subclasses of users have to write it',
        );
      else this.#report('addition', `${where}.${name}`, 'is new');
    }
  }

  /** @param {readonly Signature[]} before @param {readonly Signature[]} after @param {Direction} direction @param {string} where */
  #signatures(before, after, direction, where) {
    if (direction === 'in') {
      // What users give must be callable as we call it now.
      for (const [index, one] of before.entries()) {
        const other = after[Math.min(index, after.length - 1)];
        if (other !== undefined) this.#callback(one, other, where);
      }
      return;
    }
    for (const [index, one] of before.entries()) {
      const fits = after.some((other) => this.#holds((trial) => trial.signature(one, other, where)));
      const same = after[Math.min(index, after.length - 1)];
      if (same === undefined) this.#report('break', where, 'cannot be called any more');
      else if (!fits || after.length === 1) this.signature(one, same, where);
    }
    if (after.length > before.length)
      this.#report(
        'addition',
        where,
        before.length === 0 ? 'takes arguments of its own' : 'has a further overload',
      );
  }

  /** A function of ours that users call. @param {Signature} before @param {Signature} after @param {string} where */
  signature(before, after, where) {
    const required = after.generics.filter(({ hasDefault }) => !hasDefault).length;
    if (before.generics.length > 0 && required > before.generics.length)
      this.#report('break', where, 'needs a further type argument');
    for (const [index, { constraint }] of before.generics.entries()) {
      const now = after.generics[index];
      if (now !== undefined && now.constraint !== constraint && now.constraint !== '') {
        this.#report(
          'break',
          where,
          `bound type parameter ${String(index + 1)} by '${constraint}' and binds it by '${now.constraint}'`,
        );
      }
    }
    for (const [index, one] of before.parameters.entries()) {
      const other = after.parameters[index];
      const at = `${where}(${one.name})`;
      if (other === undefined) {
        const isTaken = after.parameters.at(-1)?.isRest === true;
        if (!isTaken) this.#report('break', at, `parameter ${String(index + 1)} is gone`);
        continue;
      }
      if (one.isOptional && !other.isOptional && !other.isRest)
        this.#report('break', at, 'was optional and has to be given now');
      if (one.isRest && !other.isRest)
        this.#report('break', at, 'took any number of arguments and takes one');
      this.type(one.type, other.type, 'in', at);
    }
    for (const other of after.parameters.slice(before.parameters.length)) {
      const isFree = other.isOptional || other.isRest;
      this.#report(
        isFree ? 'addition' : 'break',
        `${where}(${other.name})`,
        isFree ? 'is a new, optional parameter' : 'is a new parameter that has to be given',
      );
    }
    this.type(before.returns, after.returns, 'out', `${where} → result`);
  }

  /** A function of users that we call. @param {Signature} before @param {Signature} after @param {string} where */
  #callback(before, after, where) {
    for (const [index, one] of before.parameters.entries()) {
      const other = after.parameters[index];
      const at = `${where}(${one.name})`;
      if (other === undefined) {
        if (!one.isOptional) this.#report('break', at, 'is not handed to the function any more');
        continue;
      }
      if (!one.isOptional && other.isOptional)
        this.#report('break', at, 'was always handed over and may be missing now');
      this.type(one.type, other.type, 'out', at);
    }
    if (isText(before.returns, 'void') && !isText(after.returns, 'void')) {
      const takes = alternatives(after.returns).some(
        (each) => isText(each, 'void') || isText(each, 'undefined') || isText(each, 'unknown'),
      );
      if (!takes)
        this.#report('break', `${where} → result`, `was not looked at and must be ${written(after.returns)}`);
      return;
    }
    this.type(before.returns, after.returns, 'in', `${where} → result`);
  }

  /** @param {Type} before @param {Type} after @param {Direction} direction @param {string} where @returns {void} */
  type(before, after, direction, where) {
    if (
      before.kind === 'reference' &&
      after.kind === 'reference' &&
      before.arguments.length === after.arguments.length
    ) {
      if (before.name === after.name) {
        // Its own differences are told under its own name.
        this.named(before.name, after.name, direction, before.name.replace(/~\d+$/u, ''));
        for (const [index, one] of before.arguments.entries()) {
          const isKey = KEYS[before.name]?.includes(index) === true;
          if (isKey && JSON.stringify(one) !== JSON.stringify(after.arguments[index])) {
            this.#report('break', where, `was ${written(before)} and is ${written(after)}`);
          }
          this.type(one, /** @type {Type} */ (after.arguments[index]), direction, where);
        }
        return;
      }
      const isRenamed = this.#before[before.name] !== undefined && this.#after[after.name] !== undefined;
      if (isRenamed && this.#holds((trial) => trial.named(before.name, after.name, direction, where))) return;
    } else if (before.kind === 'list' && after.kind === 'list') {
      if (direction === 'in' && before.isReadonly && !after.isReadonly)
        this.#report('break', where, 'could be read-only and has to be a list that changes');
      if (direction === 'out' && !before.isReadonly && after.isReadonly)
        this.#report('break', where, 'could be changed and is read-only now');
      return this.type(before.of, after.of, direction, where);
    } else if (before.kind === 'object' && after.kind === 'object') {
      return this.#members(before.members, after.members, direction, where);
    } else if (before.kind === 'function' && after.kind === 'function') {
      return this.#signatures(before.signatures, after.signatures, direction, where);
    } else if (before.kind === 'union' || after.kind === 'union') {
      return this.#union(alternatives(before), alternatives(after), direction, where);
    }
    if (JSON.stringify(before) === JSON.stringify(after)) {
      // A text that is the same may name what is not.
      const { text, mentions = [] } = before.kind === 'text' ? before : { text: '' };
      for (const name of mentions) {
        if (isEitherWay(text)) this.unused(name, name, name);
        else this.named(name, name, direction, name);
      }
      return;
    }
    const [narrow, wide] = direction === 'in' ? [before, after] : [after, before];
    if (isText(wide, 'unknown') || isText(wide, 'any') || isText(narrow, 'any') || isText(narrow, 'never'))
      return;
    const wider = widerOf(narrow);
    if (wider !== undefined && isText(wide, wider)) return;
    const [one, other] = [this.#expanded(before, this.#before), this.#expanded(after, this.#after)];
    if (one !== undefined || other !== undefined) {
      const holds = this.#holds((trial) => trial.type(one ?? before, other ?? after, direction, where));
      if (holds) return;
    }
    this.#report(
      'break',
      where,
      direction === 'in'
        ? `took ${written(before)} and takes ${written(after)}`
        : `was ${written(before)} and is ${written(after)}`,
    );
  }

  /** What an alias stands for. @param {Type} type @param {Named} named @returns {Type | undefined} */
  #expanded(type, named) {
    const shape = type.kind === 'reference' && type.arguments.length === 0 ? named[type.name] : undefined;
    if (shape?.kind === 'alias') return shape.type;
    return shape?.kind === 'interface' && shape.extends.length === 0
      ? { kind: 'object', members: shape.members }
      : undefined;
  }

  /** @param {readonly Type[]} before @param {readonly Type[]} after @param {Direction} direction @param {string} where */
  #union(before, after, direction, where) {
    const [needed, offered] = direction === 'in' ? [before, after] : [after, before];
    /** @param {Type} each @param {readonly Type[]} among */
    const isAmong = (each, among) =>
      among.some((candidate) => {
        if (JSON.stringify(candidate) === JSON.stringify(each)) return true;
        return this.#holds((trial) =>
          direction === 'in'
            ? trial.type(each, candidate, direction, where)
            : trial.type(candidate, each, direction, where),
        );
      });
    for (const each of needed) {
      if (isAmong(each, offered)) continue;
      const sameName =
        each.kind === 'reference' &&
        offered.find((other) => other.kind === 'reference' && other.name === each.name);
      if (sameName) {
        if (direction === 'in') this.type(each, sameName, direction, where);
        else this.type(sameName, each, direction, where);
        continue;
      }
      this.#report(
        'break',
        where,
        direction === 'in' ? `does not take ${written(each)} any more` : `may be ${written(each)} now`,
      );
    }
    for (const each of offered) {
      const isOld =
        direction === 'in' ? before.some((one) => JSON.stringify(one) === JSON.stringify(each)) : true;
      if (!isOld && !isAmong(each, before)) this.#report('addition', where, `takes ${written(each)}, too`);
    }
    // Types that both sides name are looked at for their own differences.
    for (const one of before) {
      const other = after.find(
        (candidate) =>
          one.kind === 'reference' && candidate.kind === 'reference' && candidate.name === one.name,
      );
      if (other !== undefined) this.type(one, other, direction, where);
    }
  }
}

/** @param {Shape} shape */
const objectOf = (shape) => {
  if (shape.kind === 'interface') {
    return {
      members: shape.members,
      parents: Object.fromEntries(shape.extends.map((type) => [written(type), type])),
    };
  }
  if (shape.kind === 'alias' && shape.type.kind === 'object')
    return { members: shape.type.members, parents: {} };
  return undefined;
};

/** @param {Shape['kind']} kind */
const article = (kind) => (kind === 'interface' || kind === 'alias' ? `an ${kind}` : `a ${kind}`);
