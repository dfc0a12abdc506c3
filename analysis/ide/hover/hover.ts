import { withoutSuffix } from '../../base/subclass.js';
import type { Location, Span } from '../../base/span.js';
import type { ShownSummary, ShownLock } from '../../checks/engine/engine.js';
import type { LockContext, LockOrders } from '../../checks/engine/inspect.js';
import type { DeclaredOrder } from '../../graph/orders/declared.js';
import type { LockClass } from '../../graph/events/types.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { FunctionItem } from '../../outline/types.js';
import type { LockEvent } from '../../skeleton/types.js';
import { functionAt, placeAt, type SourcePosition, type PlacedEvent } from '../place.js';
import { locksOfVariable } from './variable.js';
import type { Position, View } from '../view.js';

export type Hover = LockHover | CallHover | VariableHover;

/** Facts about the lock at a position. */
export interface LockHover extends LockOrders {
  readonly kind: 'lock';
  /** The text that the facts are about. */
  readonly at: Span;
  readonly lock: LockClass;
  /** The operation on the lock; `undefined` if it is only named. */
  readonly operation: LockEvent['k'] | undefined;
  /** Declared orders that contain it. */
  readonly declared: readonly DeclaredOrder[];
  /** The known contexts of the functions that acquire it. */
  readonly contexts: readonly LockContext[];
  /** Locks held at the position, inside an analysed function. */
  readonly held: readonly ShownLock[] | undefined;
}

/** Effects of a call on locks; with several targets, those of the best one. */
export interface CallHover {
  readonly kind: 'call';
  readonly at: Span;
  readonly name: string;
  readonly declaredAt: Location | undefined;
  readonly acquires: readonly ShownLock[];
  readonly releases: readonly ShownLock[];
  readonly needs: readonly ShownLock[];
  readonly maySleep: boolean;
  readonly held: readonly ShownLock[] | undefined;
  /** False if parts of the called function could not be followed. */
  readonly complete: boolean;
}

/** The locks inside the object that a variable is or points to. */
export interface VariableHover {
  readonly kind: 'variable';
  readonly at: Span;
  readonly name: string;
  /** The struct, as written. */
  readonly type: string;
  readonly locks: readonly LockClass[];
  readonly held: readonly ShownLock[] | undefined;
}

/** The facts about a position; `undefined` if it concerns no lock. `line` is the text of its line. */
export function hoverAt(view: View, file: string, position: Position, line: string): Hover | undefined {
  const word = wordAt(line, position);
  const place = placeAt(view.program, file, position);
  const summary = place && view.analysis.summary(place.fn);
  for (const placed of place?.covering ?? []) {
    const found = overEvent(view, placed, { place, summary, word, line });
    if (found) return found;
  }
  if (!word) return undefined;
  const held = place?.next && summary?.heldAt.get(place.next.event.id);
  return (
    overDeclaration(view, file, word, held, place) ??
    (isMember(line, word) ? undefined : overVariable(view, file, word, held, place))
  );
}

/** A call at a position, in a function that has not been read yet. */
export function unknownCallAt(
  view: View,
  file: string,
  position: Position,
  line: string,
): { readonly name: string; readonly at: Span } | undefined {
  const word = wordAt(line, position);
  if (!word || isMember(line, word)) return undefined;
  const { program } = view;
  const { models } = program;
  const isKnown =
    models.lockApi(word.text) !== undefined ||
    models.api(word.text) !== undefined ||
    program.resolveCall(word.text, file).length > 0;
  const isCalled = functionsAt(program, file, word.at.line).some(({ calls }) => calls.includes(word.text));
  return isCalled && !isKnown ? { name: word.text, at: word.at } : undefined;
}

function functionsAt(program: Program, file: string, at: number): readonly FunctionItem[] {
  const { functions = [] } = program.outline(file) ?? {};
  return functions.filter(({ line, endLine }) => line <= at && at <= endLine);
}

/** What is known about the queried position. */
interface Pointed {
  readonly place: SourcePosition | undefined;
  /** The summary of the function around it. */
  readonly summary: ShownSummary | undefined;
  readonly word: Word | undefined;
  /** The text of its line. */
  readonly line: string;
}

function overEvent(
  view: View,
  { event, at }: PlacedEvent,
  { place, summary, word, line }: Pointed,
): Hover | undefined {
  if (!place) return undefined;
  const held = summary?.heldAt.get(event.id);
  if ('lock' in event) {
    // The object before the lock's name is a subject of its own: `dev` of `&dev->lock`.
    const isObject = word && word.text !== event.api && /^\s*(?:->|\.)/.test(line.slice(word.end));
    const variable = isObject ? overVariable(view, place.fn.file, word, held, place) : undefined;
    if (variable) return variable;
    const lock = view.analysis.inspection.lock(summary?.lockOf.get(event.id) ?? '');
    return lock && lockHover(view, lock, at, event.k, held);
  }
  if (event.k !== 'call' || typeof event.callee !== 'string' || word?.text !== event.callee) return undefined;
  return callHover(view, place.fn, event.callee, word.at, held);
}

function callHover(
  view: View,
  caller: FunctionRef,
  name: string,
  at: Span,
  held: readonly ShownLock[] | undefined,
): CallHover | undefined {
  const [target] = view.program.resolveCall(name, caller.file);
  if (!target) return undefined;
  const summary = view.analysis.summary(target);
  const maySleep = view.analysis.inspection.maySleep(target);
  const { acquires = [], releases = [], needs = [] } = summary ?? {};
  if (acquires.length + releases.length + needs.length === 0 && !maySleep) return undefined;
  return {
    kind: 'call',
    at,
    name,
    declaredAt: declaration(view.program, target),
    acquires,
    releases,
    needs,
    maySleep,
    held,
    complete: summary?.complete ?? true,
  };
}

function declaration(program: Program, target: FunctionRef): Location | undefined {
  const item = target.item ?? program.outline(target.file)?.macros[target.index];
  return item && { file: target.file, ...item.nameSpan };
}

/** A name outside of lock operations: the declaration of a lock, or a mentioned global lock. */
function overDeclaration(
  view: View,
  file: string,
  word: Word,
  held: readonly ShownLock[] | undefined,
  place: SourcePosition | undefined,
): LockHover | undefined {
  const variable = place && view.program.resolveVariable(word.text, file);
  const line = variable?.item.nameSpan.line ?? word.at.line;
  const home = variable?.file ?? file;
  const lock = view.analysis.inspection.declaredAt(home, line).find(({ id }) => isNamed(id, word.text));
  return lock && lockHover(view, lock, word.at, undefined, place ? held : undefined);
}

function overVariable(
  view: View,
  file: string,
  word: Word,
  held: readonly ShownLock[] | undefined,
  place: SourcePosition | undefined,
): VariableHover | undefined {
  const fn = place?.fn ?? functionAt(view.program, file, word.at.line);
  const found = locksOfVariable(view, file, fn, word.text);
  return found && { kind: 'variable', at: word.at, name: word.text, held, ...found };
}

function lockHover(
  view: View,
  lock: LockClass,
  at: Span,
  operation: LockEvent['k'] | undefined,
  held: readonly ShownLock[] | undefined,
): LockHover {
  const { inspection, declared } = view.analysis;
  return {
    kind: 'lock',
    at,
    lock,
    operation,
    held,
    declared: declared.orders.filter(({ from, to }) => from === lock.key || to === lock.key),
    contexts: inspection.contexts(lock.key),
    ...inspection.orders(lock.key),
  };
}

/** Whether the word names a class: the last component of its id, without subclass and key. */
function isNamed(id: string, word: string): boolean {
  const name = withoutSuffix(id);
  return name === word || (name.endsWith(word) && /\W/.test(name.charAt(name.length - word.length - 1)));
}

/** Whether the word is a member, as in `x->word` and `x.word`, and thus no variable. */
function isMember(line: string, word: Word): boolean {
  return /(?:->|\.)\s*$/.test(line.slice(0, word.at.column - 1));
}

interface Word {
  readonly text: string;
  readonly at: Span;
  /** Offset of its end in the line. */
  readonly end: number;
}

function wordAt(line: string, position: Position): Word | undefined {
  const offset = position.column - 1;
  for (const match of line.matchAll(/[A-Za-z_]\w*/g)) {
    const end = match.index + match[0].length;
    if (match.index > offset) return undefined;
    if (offset > end) continue;
    const at = { line: position.line, column: match.index + 1, endLine: position.line, endColumn: end + 1 };
    return { text: match[0], at, end };
  }
  return undefined;
}
