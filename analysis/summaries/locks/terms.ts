import { nameInSymbol } from './symbols.js';
import { BOUNDS } from '../../base/bounds.js';
import { hashText } from '../../base/hash.js';
import { pointee, type CType } from '../../base/ctype.js';

/**
 * An access path or value at run time, in terms of the function where interpretation began (its parameters, globals and
 * call results). Two terms with equal `key` are the same value on the path. The type records what is known and is not
 * part of the identity. Objects (lvalues) are `global`, `local`, `deref`, `field` and `index`; everything else is a
 * value.
 */
export type Term = TermShape & { readonly key: string; readonly type: CType };

type TermShape =
  | { readonly k: 'parameter'; readonly index: number }
  | { readonly k: 'global'; readonly name: string }
  | { readonly k: 'local'; readonly name: string }
  | { readonly k: 'deref'; readonly base: Term }
  | { readonly k: 'field'; readonly base: Term; readonly name: string }
  | { readonly k: 'index'; readonly base: Term; readonly index: Term }
  | { readonly k: 'address'; readonly base: Term }
  | { readonly k: 'constant'; readonly value: number }
  /** `isWrapped`: the member is known only by the object around it, as a work item is. */
  | { readonly k: 'container'; readonly base: Term; readonly member: string; readonly isWrapped: boolean }
  /**
   * The value of an event. `origin` is the called function or API; `predicate` is the text of the call if repeating it
   * yields the same result.
   */
  | { readonly k: 'result'; readonly origin: string; readonly predicate: string | undefined }
  | { readonly k: 'operation'; readonly op: string; readonly operands: readonly Term[] }
  /**
   * `was`: the place that held the value before a store, if it is known. `listedIn`: the pointer to the head of the list
   * of which it is an entry, if that is known.
   */
  | { readonly k: 'opaque'; readonly was?: Term; readonly listedIn?: Term };

export function parameter(index: number, type: CType): Term {
  return { k: 'parameter', index, key: `p${index}`, type };
}

/** `symbol` is the qualified name: `file.c:name`, or the bare name if there is no definition. */
export function global(symbol: string, type: CType): Term {
  return { k: 'global', name: symbol, key: symbol, type };
}

/** A stack variable whose address matters; `symbol` names function and variable. */
export function local(symbol: string, type: CType): Term {
  return { k: 'local', name: symbol, key: `$${symbol}`, type };
}

export function constant(value: number): Term {
  return { k: 'constant', value, key: `#${value}`, type: 'int' };
}

/** A value about which nothing more is known; equal keys mean the same value. */
export function opaque(key: string, type: CType): Term {
  return { k: 'opaque', key: `?${key}`, type };
}

/** An {@link opaque} value that is an entry of a list. */
export function entryOf(listedIn: Term, key: string, type: CType): Term {
  return { k: 'opaque', key: `?${key}`, type, listedIn };
}

/** The value at `term` before a store. */
export function older(term: Term): Term {
  return { k: 'opaque', key: `?${term.key}~`, type: term.type, was: term };
}

/** The place from which a value was loaded, even if that has been overwritten since: `t = d->task; d->task = NULL`. */
export function origin(value: Term): Term {
  return value.k === 'opaque' && value.was !== undefined ? value.was : value;
}

/** Whether a value is from {@link older}; later stores do not change it. */
export function isOlder(term: Term | undefined): boolean {
  return term?.k === 'opaque' && term.was !== undefined;
}

export function result(key: string, origin: string, predicate: string | undefined, type: CType): Term {
  return { k: 'result', origin, predicate, key: `!${key}`, type };
}

export function deref(base: Term): Term {
  // The pointer's type may be more specific than its target's: private data behind an object, bytes inside it.
  if (base.k === 'address') {
    const seen = pointee(base.type) ?? '';
    const isTold = base.base.type === '' || /^(?:struct|union) /.test(seen);
    return isTold ? withType(base.base, seen) : base.base;
  }
  return followed({ k: 'deref', base, key: `*${base.key}`, type: pointee(base.type) ?? '' });
}

export function address(base: Term): Term {
  if (base.k === 'deref') return base.base;
  return { k: 'address', base, key: `&${base.key}`, type: base.type === '' ? '' : `${base.type}*` };
}

export function field(base: Term, name: string, type: CType): Term {
  const member = memberOfContainer(base, name);
  if (member !== undefined) return withType(deref(member), type);
  return followed({ k: 'field', base, name, key: `${wrap(base)}.${name}`, type });
}

/** The pointer in `container_of(pointer, T, member)->member`; `undefined` for another path, and for a wrapped member. */
function memberOfContainer(object: Term, name: string): Term | undefined {
  let path = name;
  let at = object;
  for (; at.k === 'field'; at = at.base) path = `${at.name}.${path}`;
  const around = at.k === 'deref' ? at.base : undefined;
  if (around?.k !== 'container' || around.isWrapped || around.member !== path) return undefined;
  return around.base;
}

const BIT = '#bit ';

/** One bit of a word, as an object of its own. */
export function bit(word: Term, number: number): Term {
  return field(word, `${BIT}${number}`, word.type);
}

export function isBit(term: Term): boolean {
  return term.k === 'field' && term.name.startsWith(BIT);
}

export function index(base: Term, at: Term): Term {
  const key = `${wrap(base)}[${at.key}]`;
  return followed({ k: 'index', base, index: at, key, type: pointee(base.type) ?? '' });
}

/** The element of an array in which a lock is, or behind which it is. */
export function elementOf(lock: Term): (Term & { k: 'index' }) | undefined {
  let at = lock;
  while (at.k === 'field' || at.k === 'deref') at = at.base;
  return at.k === 'index' ? at : undefined;
}

/** The array of which a term is an element, at any depth; a term that is no element itself. */
export function arrayOf(term: Term): Term {
  let at = term;
  while (at.k === 'index') at = at.base;
  return at;
}

function wrap(base: Term): string {
  return base.k === 'deref' ? `(${base.key})` : base.key;
}

function followed(term: Term): Term {
  return term.key.length > BOUNDS.objectText ? opaque(hashText(term.key), term.type) : term;
}

export function operation(op: string, operands: readonly Term[]): Term {
  const known = op === '&' ? masked(operands) : undefined;
  if (known !== undefined) return known;
  const key = `(${op} ${operands.map((o) => o.key).join(' ')})`;
  const isEquality = op === '==' || op === '!=';
  const most = isEquality ? BOUNDS.comparisonText : BOUNDS.expressionText;
  if (key.length > most) return opaque(hashText(key), 'int');
  return {
    k: 'operation',
    op,
    operands,
    key,
    type: 'int',
  };
}

/** A flag tested in a word of which other flags were set or cleared, `(flags & ~A) & B`; `undefined` if nothing is known. */
function masked([word, flag]: readonly Term[]): Term | undefined {
  if (word?.k !== 'operation' || flag === undefined || !isFlag(flag)) return undefined;
  const [rest, other] = word.operands;
  if (rest === undefined || other === undefined) return undefined;
  const mask = word.op === '&' && other.k === 'operation' && other.op === '~' ? other.operands[0] : undefined;
  if (mask?.key === flag.key) return constant(0);
  if (mask !== undefined && isFlag(mask)) return operation('&', [rest, flag]);
  if (flag.k !== 'constant' || other.k !== 'constant')
    return word.op === '|' && isFlag(other) && other.key !== flag.key
      ? operation('&', [rest, flag])
      : undefined;
  if (word.op === '&') {
    const both = flag.value & other.value;
    return both === 0 ? constant(0) : both === flag.value ? operation('&', [rest, flag]) : undefined;
  }
  return word.op === '|' && (flag.value & other.value) === 0 ? operation('&', [rest, flag]) : undefined;
}

/** Whether a value is a number, or a name that stands for one bit of a word. */
function isFlag({ k }: Term): boolean {
  return k === 'constant' || k === 'global';
}

/**
 * A pointer to the object of type `type` whose `member` (a dotted path) `base` points to.
 * @param isWrapped whether the member is known only by the object around it, as a work item is
 */
export function container(base: Term, type: CType, member: string, isWrapped: boolean): Term {
  const path = member.split('.');
  let at: Term | undefined = base.k === 'address' ? base.base : undefined;
  for (let i = path.length - 1; at !== undefined && i >= 0; i--) {
    at = at.k === 'field' && at.name === path[i] ? at.base : undefined;
  }
  if (at !== undefined) return withType(address(at), `${type}*`);
  const key = `container(${base.key},${type},${member})`;
  return followed({ k: 'container', base, member, isWrapped, key, type: `${type}*` });
}

/** The same value with a more specific type. */
export function withType(term: Term, type: CType): Term {
  return type === '' || term.type === type ? term : { ...term, type };
}

/** The same place without the way from a wrapped member to the object around it and back. */
export function withoutDetours(place: Term): Term {
  return rebuild(place, (part) => {
    const around = part.k === 'field' && part.base.k === 'deref' ? part.base.base : undefined;
    if (part.k !== 'field' || around?.k !== 'container' || around.member !== part.name) return undefined;
    return withType(deref(withoutDetours(around.base)), part.type);
  });
}

/** Calls `visit` on a term and all its parts; stops when `visit` returns true. */
export function someTerm(term: Term, visit: (part: Term) => boolean): boolean {
  if (visit(term)) return true;
  switch (term.k) {
    case 'deref':
    case 'address':
    case 'field':
    case 'container':
      return someTerm(term.base, visit);
    case 'index':
      return someTerm(term.base, visit) || someTerm(term.index, visit);
    case 'operation':
      return term.operands.some((operand) => someTerm(operand, visit));
    default:
      return false;
  }
}

/** Rebuilds a term with parts replaced, outermost first. `replace` returns the replacement or `undefined`. */
export function rebuild(term: Term, replace: (part: Term) => Term | undefined): Term {
  const replaced = replace(term);
  if (replaced !== undefined) return replaced;
  switch (term.k) {
    case 'deref': {
      const base = rebuild(term.base, replace);
      return base === term.base ? term : withType(deref(base), term.type);
    }
    case 'address': {
      const base = rebuild(term.base, replace);
      return base === term.base ? term : withType(address(base), term.type);
    }
    case 'field': {
      const base = rebuild(term.base, replace);
      return base === term.base ? term : field(base, term.name, term.type);
    }
    case 'index': {
      const base = rebuild(term.base, replace);
      const at = rebuild(term.index, replace);
      return base === term.base && at === term.index ? term : withType(index(base, at), term.type);
    }
    case 'container': {
      const base = rebuild(term.base, replace);
      return base === term.base
        ? term
        : container(base, pointee(term.type) ?? '', term.member, term.isWrapped);
    }
    case 'operation': {
      const operands = term.operands.map((operand) => rebuild(operand, replace));
      return operands.every((o, i) => o === term.operands[i]) ? term : operation(term.op, operands);
    }
    case 'opaque': {
      if (term.listedIn === undefined) return term;
      const listedIn = rebuild(term.listedIn, replace);
      return listedIn === term.listedIn ? term : { ...term, listedIn };
    }
    default:
      return term;
  }
}

/** Whether a value is reached by following one member repeatedly: `head->next->next->next`. */
export function isChain(value: Term): boolean {
  if (value.k !== 'field') return false;
  let members = 0;
  for (let at: Term = value; at.k === 'field' || at.k === 'deref' || at.k === 'address'; at = at.base)
    if (at.k === 'field' && at.name === value.name) members++;
  return members >= BOUNDS.repeatedMembers;
}

/** The object that a pointer written with `&` points to; any other value is returned unchanged. */
export function pointed(value: Term): Term {
  return value.k === 'address' ? value.base : value;
}

/** The name of a variable or function as the source writes it, without the file or function around it. */
export function bareName({ name }: Extract<Term, { readonly k: 'global' | 'local' }>): string {
  return nameInSymbol(name);
}

/** What a called value leads to: `f`, `*f` and `&f` call the same function. */
export function designated(value: Term): Term {
  return value.k === 'deref' || value.k === 'address' ? value.base : value;
}

/** Whether a value was created in the function itself, so that no caller has a name for it. */
export function isBorn({ k }: Term): boolean {
  return k === 'result' || k === 'opaque' || k === 'local';
}

/** Whether a value is the address of a record of the function itself: it leads to memory of the kernel, as nearly always. */
export function isOwnRecord(value: Term): boolean {
  return (
    value.k === 'address' && value.base.k === 'local' && /^(?:struct|union) [^*]*$/u.test(value.base.type)
  );
}

/** The object that contains a place, as a member or an element at any depth; a place in no other is returned unchanged. */
export function objectOf(place: Term): Term {
  let at = place;
  while (at.k === 'field' || at.k === 'index') at = at.base;
  return at;
}

/** Whether a place is inside of a record or an array. */
export function isWithin(place: Term, object: Term): boolean {
  for (let at = place; at.k === 'field' || at.k === 'index'; at = at.base)
    if (at.base.key === object.key) return true;
  return false;
}

/** The outermost object that contains a member: `*x` for `x->a.b`; any other value is returned unchanged. */
export function holderOf(member: Term): Term {
  let at = member;
  while (at.k === 'field') at = at.base;
  return at;
}

/** The root of an access path: its parameter, global, local, result or opaque value. */
export function rootOf(term: Term): Term {
  let at = term;
  for (;;) {
    if (
      at.k === 'deref' ||
      at.k === 'address' ||
      at.k === 'field' ||
      at.k === 'index' ||
      at.k === 'container'
    )
      at = at.base;
    else return at;
  }
}

/** Readable C-like text of a term, with parameter names. */
export function showTerm(term: Term, parameterName: (index: number) => string): string {
  const show = (t: Term): string => {
    switch (t.k) {
      case 'parameter':
        return parameterName(t.index);
      case 'global':
      case 'local':
        return bareName(t);
      case 'deref':
        return `*${show(t.base)}`;
      case 'address':
        return `&${show(t.base)}`;
      case 'field':
        if (isBit(t)) return show(t.base);
        return t.base.k === 'deref' ? `${show(t.base.base)}->${t.name}` : `${show(t.base)}.${t.name}`;
      case 'index':
        return `${show(t.base)}[${show(t.index)}]`;
      case 'constant':
        return String(t.value);
      case 'container':
        return `container(${show(t.base)})`;
      case 'result':
        return t.predicate ?? '…';
      case 'operation':
        return t.operands.map(show).join(` ${t.op} `);
      case 'opaque':
        return '…';
    }
  };
  return show(term);
}

/** A term of a function in terms of its caller: each parameter becomes the argument passed for it, if known. */
export function inCaller(term: Term, args: readonly (Term | undefined)[] | undefined): Term {
  return rebuild(term, (part) => (part.k === 'parameter' ? args?.[part.index] : undefined));
}
