import { BOUNDS } from '../base/bounds.js';
import { hashText } from '../base/hash.js';
import { pointee, type CType } from '../base/ctype.js';

/**
 * A value or an object as a function sees it at run time, in the names of the function where the
 * interpretation began (its parameters, globals, results of its calls). Two terms with equal `key` are the
 * same value on the path; the type is only what is known about it and no part of its identity.
 *
 * Objects (lvalues) are `global`, `local`, `deref`, `field` and `index`; everything else is a value.
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
  | { readonly k: 'container'; readonly base: Term; readonly member: string }
  /**
   * What an event returned. `origin` is the function or API called; `predicate` the text of the call when
   * asking again gives the same answer.
   */
  | { readonly k: 'result'; readonly origin: string; readonly predicate: string | undefined }
  | { readonly k: 'operation'; readonly op: string; readonly operands: readonly Term[] }
  | { readonly k: 'opaque' };

export function parameter(index: number, type: CType): Term {
  return { k: 'parameter', index, key: `p${index}`, type };
}

/** `symbol` is the qualified name: `file.c:name`, or the bare name of something without definition. */
export function global(symbol: string, type: CType): Term {
  return { k: 'global', name: symbol, key: symbol, type };
}

/** A variable on the stack whose address matters; `symbol` names function and variable. */
export function local(symbol: string, type: CType): Term {
  return { k: 'local', name: symbol, key: `$${symbol}`, type };
}

export function constant(value: number): Term {
  return { k: 'constant', value, key: `#${value}`, type: 'int' };
}

/** A value not known any further; equal keys mean the same value. */
export function opaque(key: string, type: CType): Term {
  return { k: 'opaque', key: `?${key}`, type };
}

/** The value that was at `term` before something was stored there. */
export function older(term: Term): Term {
  return opaque(`${term.key}~`, term.type);
}

/** Whether an option of the configuration is set, which is the same for everybody. */
export function isConfig({ k, key }: Term): boolean {
  return k === 'opaque' && key.startsWith(CONFIG);
}

const CONFIG = '?config ';

/** The key of a value that {@link older} names: it is what it was, whatever is stored now. */
export function isOlder(key: string): boolean {
  return key.startsWith('?') && key.endsWith('~');
}

export function result(key: string, origin: string, predicate: string | undefined, type: CType): Term {
  return { k: 'result', origin, predicate, key: `!${key}`, type };
}

export function deref(base: Term): Term {
  // The pointer may be known better than what it was made from: private data behind an object, bytes inside it.
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
  return followed({ k: 'field', base, name, key: `${wrap(base)}.${name}`, type });
}

const BIT = '#bit ';

/** One bit of a word, an object of its own. */
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

function wrap(base: Term): string {
  return base.k === 'deref' ? `(${base.key})` : base.key;
}

function followed(term: Term): Term {
  return term.key.length > BOUNDS.objectText ? opaque(hashText(term.key), term.type) : term;
}

export function operation(op: string, operands: readonly Term[]): Term {
  const key = `(${op} ${operands.map((o) => o.key).join(' ')})`;
  if (key.length > BOUNDS.expressionText) return opaque(hashText(key), 'int');
  return {
    k: 'operation',
    op,
    operands,
    key,
    type: 'int',
  };
}

/** A pointer to the object of type `type` whose `member` (a dotted path) is what `base` points to. */
export function container(base: Term, type: CType, member: string): Term {
  const path = member.split('.');
  let at: Term | undefined = base.k === 'address' ? base.base : undefined;
  for (let i = path.length - 1; at !== undefined && i >= 0; i--) {
    at = at.k === 'field' && at.name === path[i] ? at.base : undefined;
  }
  if (at !== undefined) return withType(address(at), `${type}*`);
  const key = `container(${base.key},${type},${member})`;
  return followed({ k: 'container', base, member, key, type: `${type}*` });
}

/** The same value with a better known type. */
export function withType(term: Term, type: CType): Term {
  return type === '' || term.type === type ? term : { ...term, type };
}

/** Calls `visit` on a term and everything it is made of; stops early when `visit` returns true. */
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

/** Rebuilds a term with parts replaced, outermost first. `replace` returns what stands there instead, or `undefined`. */
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
      return base === term.base ? term : container(base, pointee(term.type) ?? '', term.member);
    }
    case 'operation': {
      const operands = term.operands.map((operand) => rebuild(operand, replace));
      return operands.every((o, i) => o === term.operands[i]) ? term : operation(term.op, operands);
    }
    default:
      return term;
  }
}

/** A value that is reached by one member again and again: `head->next->next->next`. */
export function isChain(value: Term): boolean {
  if (value.k !== 'field') return false;
  let members = 0;
  for (let at: Term = value; at.k === 'field' || at.k === 'deref' || at.k === 'address'; at = at.base)
    if (at.k === 'field' && at.name === value.name) members++;
  return members >= BOUNDS.repeatedMembers;
}

/** A value that came about in the function itself: no caller has a name for it. */
export function isBorn({ k }: Term): boolean {
  return k === 'result' || k === 'opaque' || k === 'local';
}

/** The leaf a term hangs on: the parameter, global, local, result or opaque value at its end. */
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

/** Readable C-like text of a term, with parameter names where given. */
export function showTerm(term: Term, parameterName: (index: number) => string): string {
  const show = (t: Term): string => {
    switch (t.k) {
      case 'parameter':
        return parameterName(t.index);
      case 'global':
      case 'local':
        return t.name.slice(t.name.lastIndexOf(':') + 1);
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
