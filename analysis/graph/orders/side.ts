import { aKind } from '../../models/kind-text.js';
import type { LockKind } from '../../models/types.js';
import type { EdgeWitness, LockClass } from '../events/types.js';

/** One dependency of a cycle: `to` is acquired while `from` is held. */
export interface Side {
  readonly from: LockClass;
  readonly to: LockClass;
  /** The evidence for the dependency; never empty. */
  readonly witnesses: readonly EdgeWitness[];
}

/** A declared order, or one recorded by a kernel: `from` is acquired before `to`. Class keys. */
export interface KnownOrder {
  readonly from: string;
  readonly to: string;
  /** Its source as shown to users: `mm/filemap.c:61`, `dmesg.txt:12`. */
  readonly source: string;
}

export interface SideFacts {
  readonly declared?: readonly KnownOrder[];
  readonly seen?: readonly KnownOrder[];
}

/** Reasons that are not about the code: the author of a recent edit knows better. */
type Tie = 'callee' | 'declaration' | 'first';
export type SideReason = 'declared' | 'evidence' | 'kind' | 'majority' | Tie | 'only';

export function isTie(reason: SideReason): reason is Tie {
  return reason === 'callee' || reason === 'declaration' || reason === 'first';
}

/** The dependency of a cycle that is most likely wrong, and the reason, worded to follow "Take a before b, …". */
export interface SideChoice {
  /** Index into the given sides. */
  readonly wrong: number;
  readonly reason: SideReason;
  readonly text: string;
}

/** The short name of a lock: the class without the file that qualifies a static variable. */
export function shortName(id: string): string {
  return /\.[a-z]+:(?:\w+:)?(\w[\w.]*(?:[/#?\w]*))$/i.exec(id)?.[1] ?? id;
}

/** Names for classes that are shown together: short, or full if two of them would share a short one. */
export function shortNames(ids: Iterable<string>): (id: string) => string {
  const owners = new Map<string, string | undefined>();
  for (const id of new Set(ids)) owners.set(shortName(id), owners.has(shortName(id)) ? undefined : id);
  return (id) => (owners.get(shortName(id)) === id ? shortName(id) : id);
}

/**
 * How a lock waits: 2 sleeps, 1 spins (and sleeps on PREEMPT_RT), 0 always spins. A lock of a higher rank must not be
 * acquired under one of a lower rank. `undefined` if the question does not apply.
 */
export function waitRank(kind: LockKind): 0 | 1 | 2 | undefined {
  switch (kind) {
    case 'semaphore':
    case 'mutex':
    case 'rt_mutex':
    case 'ww_mutex':
    case 'rwsem':
    case 'percpu_rwsem':
      return 2;
    case 'spinlock':
    case 'rwlock':
    case 'seqlock':
    case 'local_lock':
      return 1;
    case 'raw_spinlock':
    case 'bit_lock':
      return 0;
    case 'seqcount':
    case 'srcu':
    case 'rcu':
    case 'completion':
    case 'section':
      return undefined;
  }
}

/**
 * Decides which dependency of a cycle is most likely wrong. Each criterion narrows the suspects until one is left: a
 * declared order; an order seen at run time; a lock that must not be acquired under the other at all; fewer functions
 * with this order; an acquisition that is not hidden in a callee (the other side is the habit of a whole module); the
 * order in which the locks are declared; and finally the order in which the source first takes them. `sides` are in the
 * order of the cycle.
 */
export function chooseSide(sides: readonly Side[], facts: SideFacts = {}): SideChoice {
  let suspects = sides.map((side, index) => ({ side, index }));
  let reason: SideReason = 'only';
  const narrow = (why: SideReason, suspicion: (side: Side) => number): void => {
    if (suspects.length < 2) return;
    const scores = suspects.map(({ side }) => suspicion(side));
    const worst = Math.max(...scores);
    const left = suspects.filter((_, at) => scores[at] === worst);
    if (left.length < suspects.length) reason = why;
    suspects = left;
  };

  narrow('declared', (side) => against(side, facts.declared));
  narrow('evidence', (side) => against(side, facts.seen));
  narrow('kind', (side) => (neverUnder(side) ? 1 : 0));
  narrow('majority', (side) => -support(side));
  narrow('callee', (side) => (side.witnesses.every(isDirect) ? 1 : 0));
  narrow('declaration', backwards);
  narrow(
    'first',
    (side) => suspects.filter((other) => earlier(firstWitness(other.side), firstWitness(side))).length,
  );

  const wrong = suspects[0]?.index ?? 0;
  return { wrong, reason, text: explain(sides, wrong, reason, facts) };
}

/** Why a given dependency is the one to reverse, in the words of {@link chooseSide}. */
export function whySide(sides: readonly Side[], wrong: number, facts: SideFacts = {}): string {
  const choice = chooseSide(sides, facts);
  return choice.wrong === wrong ? choice.text : explain(sides, wrong, 'only', facts);
}

/** Whether a witness acquires both locks in one function, without calls. */
export function isDirect(witness: EdgeWitness): boolean {
  return witness.holds.length === 1 && witness.chain.length === 1;
}

function against(side: Side, orders: readonly KnownOrder[] = []): number {
  const known = (from: string, to: string): boolean => orders.some((o) => o.from === from && o.to === to);
  return (known(side.to.key, side.from.key) ? 1 : 0) - (known(side.from.key, side.to.key) ? 1 : 0);
}

function neverUnder(side: Side): boolean {
  const held = waitRank(side.from.kind);
  const taken = waitRank(side.to.kind);
  return held !== undefined && taken !== undefined && taken > held;
}

/** Number of functions that support a side; those with low confidence count only if there are no others. */
function support(side: Side): number {
  return supporters(side).length;
}

function supporters(side: Side): string[] {
  const believed = side.witnesses.filter((witness) => witness.confidence !== 'low');
  const counted = believed.length > 0 ? believed : side.witnesses;
  return [...new Set(counted.map((witness) => `${rootOf(witness)?.at.file}:${rootOf(witness)?.function}`))];
}

/** The place in the function that holds the first lock. */
export function rootOf(witness: EdgeWitness): EdgeWitness['chain'][number] | undefined {
  return witness.chain[0] ?? witness.holds[0];
}

/** 1 if a side contradicts the order in which one file declares its locks, -1 if it follows that order, 0 otherwise. */
function backwards(side: Side): number {
  const from = side.from.declaredAt;
  const to = side.to.declaredAt;
  if (!from || !to || from.file !== to.file) return 0;
  if (from.line !== to.line) return from.line > to.line ? 1 : -1;
  return Math.sign(from.column - to.column);
}

function firstWitness(side: Side): EdgeWitness | undefined {
  let first: EdgeWitness | undefined;
  for (const witness of side.witnesses) if (earlier(witness, first)) first = witness;
  return first;
}

function earlier(witness: EdgeWitness | undefined, than: EdgeWitness | undefined): boolean {
  const a = witness && rootOf(witness)?.at;
  const b = than && rootOf(than)?.at;
  if (!a || !b) return a !== undefined && b === undefined;
  if (a.file !== b.file) return a.file < b.file;
  return a.line !== b.line ? a.line < b.line : a.column < b.column;
}

function explain(sides: readonly Side[], wrong: number, reason: SideReason, facts: SideFacts): string {
  const side = sides[wrong];
  const right = sides.length === 2 ? sides[1 - wrong] : undefined;
  if (!side) return '';
  const source = (orders: readonly KnownOrder[] = []): string =>
    orders.find(
      (o) =>
        (o.from === side.to.key && o.to === side.from.key) ||
        sides.some((s) => s.from.key === o.from && s.to.key === o.to),
    )?.source ?? 'the record';
  switch (reason) {
    case 'declared':
      return `as declared in ${source(facts.declared)}`;
    case 'evidence':
      return `as seen at run time in ${source(facts.seen)}`;
    case 'kind':
      return `since ${aKind(side.to.kind)} must not be taken under ${aKind(side.from.kind)}`;
    case 'majority':
      return majorityText(side, right);
    case 'callee':
      return right ? `as ${callText(firstWitness(right))}` : 'where both are taken in one function';
    case 'declaration':
    case 'first':
      return tieText(side, right, reason);
    case 'only':
      return right ? `as ${nameOf(firstWitness(right))} does` : 'to break the cycle';
  }
}

function majorityText(side: Side, right: Side | undefined): string {
  const wrongs = support(side);
  if (!right) return `the dependency of the cycle that the fewest functions have (${wrongs})`;
  const rights = support(right);
  const name = nameOf(firstWitness(right));
  const more = rights - 1;
  const others = more === 1 ? '1 other function do' : `${more} other functions do`;
  return more === 0 ? `as ${name} does` : `as ${name} and ${others} (${rights} against ${wrongs})`;
}

function tieText(side: Side, right: Side | undefined, reason: 'declaration' | 'first'): string {
  const declared = reason === 'declaration' ? `${shortName(side.to.id)} is declared first` : '';
  if (!right) return declared === '' ? 'the last dependency of the cycle in the source' : `since ${declared}`;
  const count = support(right);
  const tie = `${count} each way`;
  return `as ${nameOf(firstWitness(right))} does (${[tie, declared].filter((part) => part !== '').join('; ')})`;
}

function callText(witness: EdgeWitness | undefined): string {
  const step = witness && (witness.chain[1] ?? witness.holds[1]);
  return step ? `${nameOf(witness)} does through ${step.function}()` : `${nameOf(witness)} does`;
}

function nameOf(witness: EdgeWitness | undefined): string {
  return `${(witness && rootOf(witness)?.function) ?? 'the other side'}()`;
}
