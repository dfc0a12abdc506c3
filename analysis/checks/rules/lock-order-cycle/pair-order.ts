import { baseOf } from '../../../base/ctype.js';
import { onlyCounts } from '../../../graph/events/rounds.js';
import { contradicts, ZERO } from '../../../summaries/facts/fact.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import * as t from '../../../summaries/locks/terms.js';
import type { Term } from '../../../summaries/locks/terms.js';
import type { KnownCall, KnownCallers } from '../../../graph/sight/callers.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import type { Program } from '../../../link/types.js';
import { eventAt } from '../../../skeleton/lowering/events.js';
import type { Expr, ExprId, Skeleton } from '../../../skeleton/types.js';
import type { CheckContext } from '../../engine/check.js';
import type { Models } from '../../../models/types.js';
import type { LookupOf } from './lookups.js';
import { isFoundByWalk, memberOfRound, memberOfWalk, neighbourIn, storedIn } from './round-links.js';

/** Comparisons that put two values in order. */
export const ORDERS: ReadonlySet<string> = new Set(['<', '>', '<=', '>=']);

/** The values that select two locks of one class. */
export interface Picks {
  /** Each pair: a part of the first access path and its counterpart in the second. */
  readonly pairs: readonly (readonly [Term, Term])[];
  /** Whether the pairs are lookup keys. Objects found by key have no roles, unlike a parent and its child. */
  readonly isLookup: boolean;
  /** Whether the pair consists of two members of one request. Nothing gives the elements that they select roles. */
  readonly areRequested?: boolean;
  /** Whether the pair consists of two processors. Their objects have no roles either, whatever calls lie between. */
  readonly areCpus?: boolean;
  /** The two are numbers of processors, which the caller may have put in order. */
  readonly areNumbers?: boolean;
  /** Whether a hash function selects the elements: an order of the values is no order of the elements. */
  readonly areHashed?: boolean;
  /** Whether the elements are found by hashes or remainders of the values: whatever the values are, the elements have no roles. */
  readonly areStriped?: boolean;
}

/**
 * The values that distinguish two objects with otherwise equal access paths, if the caller selects both, so that
 * another caller may swap them: two parameters, two elements indexed by two parameters, or two results of one lookup.
 * `undefined` if the paths differ otherwise.
 */
export function picksOf(
  a: Term,
  b: Term,
  lookupOf: LookupOf,
  { namesWhoRuns: isRunner, hashes }: Pick<Models, 'namesWhoRuns' | 'hashes'>,
): Picks | undefined {
  const cpus = cpusOf(a, b, isRunner) ?? cpusOf(b, a, isRunner);
  if (cpus !== undefined) return { pairs: [cpus], isLookup: true, areCpus: true };
  const here = hereAndThere(a, b) ?? hereAndThere(b, a);
  if (here !== undefined) return { pairs: [here], isLookup: false, areCpus: true };
  const numbers = numbersOf(a, b);
  if (numbers !== undefined) return { pairs: [numbers], isLookup: false, areNumbers: true };
  const pairs: (readonly [Term, Term])[] = [];
  let isLookup = false;
  let areRequested = false;
  let areHashed = false;
  let areStriped = false;
  const rootOfLock = t.rootOf(a).key;
  const differ = (x: Term, y: Term, isIndex = false): boolean => {
    if (x.key === y.key) return true;
    if (x.k === 'parameter' && y.k === 'parameter') {
      pairs.push([x, y]);
      return true;
    }
    if (x.k === 'index' && y.k === 'index') return differ(x.base, y.base) && differ(x.index, y.index, true);
    // Hash buckets have no roles: any two values may hash to each other's bucket.
    if (isIndex && isLookup && isStored(x, y) && isStored(y, x)) {
      pairs.push([x, y]);
      return true;
    }
    if ((isIndex || isLookup) && isRequest(x, y) && rootOfLock !== t.rootOf(x).key) {
      areRequested = true;
      pairs.push([x, y]);
      return true;
    }
    if (ownAndOther(x, y) || ownAndOther(y, x)) {
      pairs.push([x, y]);
      return true;
    }
    if (x.k === 'operation' && y.k === 'operation' && x.op === y.op) {
      isLookup = true;
      areStriped ||= isIndex && x.op === '%';
      return (
        x.operands.length === y.operands.length &&
        x.operands.every((operand, i) => differ(operand, y.operands[i] ?? operand, isIndex))
      );
    }
    const isPart = x.k === 'field' || x.k === 'deref' || x.k === 'address' || x.k === 'container';
    if (isPart && x.k === y.k) {
      if (x.k === 'field' && y.k === 'field' && x.name !== y.name) return false;
      return differ(x.base, y.base);
    }
    const [one, other] = [lookupOf(x), lookupOf(y)];
    if (one === undefined || other === undefined || one.what !== other.what) return false;
    isLookup = true;
    areHashed ||= isIndex && (one.isHashed === true || (x.k === 'result' && hashes(x.origin)));
    return one.args.every((arg, i) => differ(arg, other.args[i] ?? arg, isIndex || one.isElement));
  };
  if (!differ(a, b) || pairs.length === 0) return undefined;
  return {
    pairs,
    isLookup: isLookup || areRequested,
    areRequested,
    areHashed,
    areStriped: areStriped || areHashed,
  };
}

/**
 * Whether two values are numbers in different members of one object: the source and the destination of a request.
 * Pointers in members lead to objects with roles: the two ends of a link.
 */
export function isRequest(x: Term, y: Term): boolean {
  if (x.type === '' || x.type.endsWith('*')) return false;
  return x.k === 'field' && y.k === 'field' && x.name !== y.name && x.base.key === y.base.key;
}

/** Whether a value is a variable or member, and the other value is not computed from it. */
function isStored(value: Term, other: Term): boolean {
  const isPlain = value.k === 'parameter' || value.k === 'field' || value.k === 'local';
  return isPlain && !t.someTerm(other, (part) => part.key === value.key);
}

/** Whether `own` is the per-CPU element of the running CPU and `other` that of another CPU. */
function ownAndOther(own: Term, other: Term): boolean {
  return (
    other.k === 'index' &&
    (other.base.k === 'address' || ofProcessor(other.index) !== undefined) &&
    t.deref(other.base).key === own.key &&
    (ofProcessor(other.index) ?? other.index).k !== 'constant'
  );
}

/**
 * The running processor, or an object from elsewhere, paired with another processor: code that runs on all processors
 * takes the two locks in any order. Two computed numbers may be ordered.
 */
function cpusOf(
  own: Term,
  other: Term,
  isRunner: (api: string) => boolean,
): readonly [Term, Term] | undefined {
  const [mine, theirs] = [cpuElement(own), cpuElement(other)];
  if (theirs === undefined || theirs.index.k === 'constant') return undefined;
  if (mine !== undefined) {
    const { index } = mine;
    // A function that is called for any processor takes the lock of each other one.
    const isAny = index.k === 'parameter' && theirs.index.k === 'opaque';
    const isOwn = isAny || (index.k === 'result' && isRunner(index.origin));
    const isOne = mine.base.key === theirs.base.key && index.key !== theirs.index.key;
    return isOwn && isOne ? [index, theirs.index] : undefined;
  }
  const owner = ownerOf(own);
  return owner?.k === 'container' || owner?.k === 'parameter' ? [owner, theirs.index] : undefined;
}

/** The element of the processor that runs the code, which is the per-CPU variable without a number, and another one. */
function hereAndThere(own: Term, other: Term): readonly [Term, Term] | undefined {
  const theirs = cpuElement(other);
  if (theirs === undefined || theirs.index.k === 'constant') return undefined;
  const { base } = theirs;
  const here = t.holderOf(own);
  const isOne = here.key === base.key || (base.k === 'address' && here.key === base.base.key);
  return isOne ? [here, theirs.index] : undefined;
}

/** The numbers of two processors that the caller passes: like the keys of a lookup they have no order of their own. */
function numbersOf(a: Term, b: Term): readonly [Term, Term] | undefined {
  const [one, other] = [cpuElement(a), cpuElement(b)];
  if (one?.index.k !== 'parameter' || other?.index.k !== 'parameter') return undefined;
  return one.base.key === other.base.key && one.index.key !== other.index.key
    ? [one.index, other.index]
    : undefined;
}

/** The element of a per-CPU variable or allocation that contains a lock. */
function cpuElement(lock: Term): { readonly base: Term; readonly index: Term } | undefined {
  const element = t.holderOf(lock);
  if (element.k !== 'index') return undefined;
  const processor = ofProcessor(element.index);
  if (processor !== undefined) return { base: element.base, index: processor };
  return element.base.k === 'address' ? element : undefined;
}

/** The number of the processor that an element of an allocation belongs to. */
export function ofProcessor(index: Term): Term | undefined {
  return index.k === 'operation' && index.op === 'cpu' ? index.operands[0] : undefined;
}

/**
 * Whether the path compares the two before it locks, its function compares and swaps them, or every caller does. Of hashed
 * values, only a comparison of the elements or of their indices is an order.
 */
export function isOrdered(
  context: CheckContext,
  callers: KnownCallers,
  { pairs, areHashed }: Picks,
  side: Dependency,
): boolean {
  const names = areHashed === true ? [] : pairs.map(([x, y]) => [x.key, y.key] as const);
  const { program } = context.around;
  const calls = areHashed === true ? [] : callers.seen(side.root);
  if (calls.length > 0 && calls.every((call) => comparesArguments(program, call, pairs))) return true;
  const own = areHashed === true ? undefined : pairs;
  if (side.steps.some(({ fn }, i) => comparesAlike(program.skeleton(fn), i === 0 ? own : undefined)))
    return true;
  for (const { term } of side.facts.known()) {
    if (term.k !== 'operation' || !ORDERS.has(term.op)) continue;
    const mentions = (key: string): boolean => t.someTerm(term, (part) => part.key === key);
    if (names.some(([x, y]) => mentions(x) && mentions(y))) return true;
  }
  return false;
}

/** Whether the code compares the two but takes them in the same order for either result. */
export function isOrderIgnored({ pairs }: Picks, side: Dependency, all: readonly Dependency[]): boolean {
  const alike = all.filter(
    ({ root, holds, lock }) =>
      root === side.root && holds.term.key === side.holds.term.key && lock.term.key === side.lock.term.key,
  );
  const isAbout = (term: Term): boolean =>
    term.k === 'operation' &&
    ORDERS.has(term.op) &&
    pairs.some(([x, y]) => [x, y].every(({ key }) => t.someTerm(term, (part) => part.key === key)));
  for (const { term, fact } of side.facts.known()) {
    if (!isAbout(term)) continue;
    if (alike.some(({ facts }) => contradicts(facts.of(term), fact))) return true;
  }
  return false;
}

/** Whether the caller compares the two arguments. */
export function comparesArguments(
  program: Program,
  { caller, args }: KnownCall,
  pairs: Picks['pairs'],
): boolean {
  const given = pairs.flatMap(([x, y]) => {
    const [one, other] = [x, y].map((term) => (term.k === 'parameter' ? args?.[term.index] : undefined));
    return one === undefined || other === undefined ? [] : [[one, other] as const];
  });
  // Of two given numbers, what the caller compares is something else.
  if (given.length > 0 && given.every((pair) => pair.every(({ k }) => k === 'constant'))) return false;
  return comparesAlike(program.skeleton(caller), given);
}

/**
 * Whether a function compares two values of equal shape by size: pointers (an order by address), local variables of one
 * type that do more than count, members of the same name, the two parameters or members of a pair in `pairs` or what is
 * computed from these (`a % N > b % N`), or results of one function; without those that `isOther` says are about something
 * else.
 */
export function comparesAlike(
  skeleton: Skeleton | undefined,
  pairs: Picks['pairs'] | undefined,
  isOther: (left: ExprId, right: ExprId) => boolean = () => false,
): boolean {
  const { exprs = [], parameters = [], locals = [] } = skeleton ?? {};
  const at = (id: ExprId): Expr | undefined => {
    let expr = exprs[id];
    while (expr?.k === 'cast') expr = exprs[expr.base];
    return expr;
  };
  const isVariable = (expr: Expr | undefined): boolean => expr?.k === 'parameter' || expr?.k === 'local';
  const isOnlyCount = (id: ExprId): boolean => skeleton !== undefined && onlyCounts(skeleton, id);
  const isSameOrAlike = (left: ExprId, right: ExprId): boolean => left === right || isAlike(left, right);
  const isAlike = (left: ExprId, right: ExprId): boolean => {
    const [x, y] = [at(left), at(right)];
    if (x === undefined || y === undefined || left === right) return false;
    if (x.k === 'binary' && y.k === 'binary')
      return x.op === y.op && isSameOrAlike(x.left, y.left) && isSameOrAlike(x.right, y.right);
    if (x.k === 'result' && y.k === 'result') {
      const [one, other] = [x, y].map(({ event }) => skeleton && eventAt(skeleton, event));
      return one?.k === 'call' && other?.k === 'call' && one.callee === other.callee;
    }
    if (isVariable(x) && isVariable(y)) {
      const typeOf = (expr: Expr): string =>
        expr.k === 'parameter'
          ? (parameters[expr.index]?.type ?? '')
          : expr.k === 'local'
            ? (locals[expr.index]?.type ?? '')
            : '';
      if (typeOf(x).endsWith('*')) return true;
      if (x.k === 'local' && y.k === 'local')
        return baseOf(typeOf(x)) === baseOf(typeOf(y)) && !isOnlyCount(left) && !isOnlyCount(right);
      const isNamed = (expr: Expr, term: Term): boolean =>
        expr.k === 'parameter' && term.k === 'parameter' && expr.index === term.index;
      return (
        pairs?.some(([a, b]) => (isNamed(x, a) && isNamed(y, b)) || (isNamed(x, b) && isNamed(y, a))) === true
      );
    }
    const isMember = (expr: Expr, term: Term): boolean =>
      expr.k === 'field' && term.k === 'field' && expr.name === term.name;
    const areOfPair = pairs?.some(
      ([a, b]) => (isMember(x, a) && isMember(y, b)) || (isMember(x, b) && isMember(y, a)),
    );
    return areOfPair === true || areMembersAlike(left, right);
  };
  const areMembersAlike = (left: ExprId, right: ExprId): boolean => {
    if (left === right) return false;
    const [x, y] = [at(left), at(right)];
    if (isVariable(x) && isVariable(y)) return true;
    if (x?.k === 'field' && y?.k === 'field') return x.name === y.name && areMembersAlike(x.base, y.base);
    if (x?.k === 'deref' && y?.k === 'deref') return areMembersAlike(x.base, y.base);
    return x?.k === 'address' && y?.k === 'address' && areMembersAlike(x.base, y.base);
  };
  return exprs.some(
    (expr) =>
      expr.k === 'binary' &&
      ORDERS.has(expr.op) &&
      isAlike(expr.left, expr.right) &&
      !isOther(expr.left, expr.right),
  );
}

/** The member by which one of two objects of a type points to the other. */
export interface Link {
  readonly member: string;
  /** True if the held object points to the one whose lock is taken next. */
  readonly isForward: boolean;
  /** The taken object is the element of a walk, and `member` stands for the list. */
  readonly isWalk?: true;
}

/** The member that links the two objects of a dependency; `undefined` if no link is visible. */
export function linkOf(
  side: Dependency,
  around: Pick<Surroundings, 'program' | 'summaryOf'>,
): Link | undefined {
  const skeleton = around.program.skeleton(side.root);
  const [held, taken] = [ownerOf(side.holds.term), ownerOf(side.lock.term)];
  const forward = taken && (memberOf(taken, side.holds.term) ?? memberOfRound(taken, side.holds, skeleton));
  if (forward !== undefined) return { member: forward, isForward: true };
  const back = held && memberOf(held, side.lock.term);
  if (back !== undefined) return { member: back, isForward: false };
  if (held === undefined || taken === undefined) return undefined;
  const told = toldLink(side, held, taken);
  if (told !== undefined) return told;
  const walked = memberOfWalk(around, side.steps, held, taken);
  if (walked !== undefined) return { member: walked, isForward: true };
  if (held.type !== '' && held.type === taken.type && isFoundByWalk(around, side, held, taken))
    return { member: WALKED, isForward: true, isWalk: true };
  if (held.k !== 'parameter' || taken.k !== 'parameter' || skeleton === undefined) return undefined;
  const member = storedIn(skeleton, taken.index, held.index);
  if (member !== undefined) return { member, isForward: false };
  const other = storedIn(skeleton, held.index, taken.index);
  return other === undefined ? undefined : { member: other, isForward: true };
}

/** A link that the path has established by a comparison: `if (child->parent != parent) return;`. */
function toldLink({ facts, holds, lock }: Dependency, held: Term, taken: Term): Link | undefined {
  for (const { term, fact } of facts.known()) {
    if (term.k !== 'operation' || (term.op !== '==' && term.op !== '!=')) continue;
    const isEqual = term.op === '==' ? (fact.signs & ZERO) === 0 : fact.signs === ZERO;
    const [left, right] = term.operands;
    if (!isEqual || left === undefined || right === undefined) continue;
    for (const [member, object] of [
      [left, right],
      [right, left],
    ] as const) {
      const forward = object.key === taken.key ? memberOf(member, holds.term) : undefined;
      if (forward !== undefined) return { member: forward, isForward: true };
      const back = object.key === held.key ? memberOf(member, lock.term) : undefined;
      if (back !== undefined) return { member: back, isForward: false };
    }
  }
  return undefined;
}

/** What a walk under an object's lock leads to, if other objects of its type are found by it. */
const WALKED = 'children';

/** Pointer to the object that contains a lock. */
export function ownerOf(lock: Term): Term | undefined {
  const object = t.holderOf(lock);
  return object !== lock && object.k === 'deref' ? object.base : undefined;
}

/**
 * `m` if a pointer is the member `m` of the object that contains a lock. The object may be part of a larger one: the first
 * element of a list, which the list itself contains.
 */
function memberOf(pointer: Term, lock: Term): string | undefined {
  const neighbour = neighbourIn(pointer);
  if (neighbour !== undefined)
    return neighbour.object.key === t.holderOf(lock).key ? neighbour.member : undefined;
  if (pointer.k !== 'field') return undefined;
  let part = lock;
  while (part.k === 'field') {
    part = part.base;
    if (part.key === pointer.base.key) return pointer.name;
  }
  return undefined;
}
