import type { Location, Span } from '../base/span.js';
import type { FunctionEffects, ShownLock } from '../checks/engine.js';
import type { LockClass } from '../graph/types.js';
import type { FunctionRef, Program } from '../link/types.js';
import type { LockEvent } from '../summary/types.js';
import { orderPairs, type OrderPair } from './orders.js';
import { placeAt, type Place, type PlacedEvent } from './place.js';
import type { Position, View } from './view.js';

export type Hover = LockHover | CallHover;

/** Facts about the lock that is named at a position. */
export interface LockHover {
  readonly kind: 'lock';
  /** The text that the facts belong to. */
  readonly at: Span;
  readonly lock: LockClass;
  /** What is done to the lock there; `undefined` where it is only named. */
  readonly operation: LockEvent['k'] | undefined;
  readonly before: readonly OrderPair[];
  readonly after: readonly OrderPair[];
  /** Locks held there, when the position is in a function whose locks are known. */
  readonly held: readonly ShownLock[] | undefined;
}

/** What a call does to locks; with several possible targets, those of the best one. */
export interface CallHover {
  readonly kind: 'call';
  readonly at: Span;
  readonly name: string;
  readonly declaredAt: Location | undefined;
  readonly acquires: readonly ShownLock[];
  readonly releases: readonly ShownLock[];
  readonly needs: readonly ShownLock[];
  readonly held: readonly ShownLock[] | undefined;
  /** False when parts of the called function could not be followed. */
  readonly complete: boolean;
}

/** What there is to say about a position; `undefined` when it concerns no lock. `line` is the text of its line. */
export function hoverAt(view: View, file: string, position: Position, line: string): Hover | undefined {
  const word = wordAt(line, position);
  const place = placeAt(view.program, file, position);
  const effects = place && view.analysis.effects(place.fn);
  for (const placed of place?.covering ?? []) {
    const found = overEvent(view, place, effects, placed, word);
    if (found) return found;
  }
  return word ? overDeclaration(view, file, word, effects, place) : undefined;
}

function overEvent(
  view: View,
  place: Place | undefined,
  effects: FunctionEffects | undefined,
  { event, at }: PlacedEvent,
  word: Word | undefined,
): Hover | undefined {
  if (!place) return undefined;
  const held = effects?.heldAt.get(event.id);
  if ('lock' in event) {
    const lock = view.analysis.graph.classes.get(effects?.lockOf.get(event.id) ?? '');
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
  const effects = target && view.analysis.effects(target);
  if (!target || !effects) return undefined;
  const { acquires, releases, needs, complete } = effects;
  if (acquires.length + releases.length + needs.length === 0) return undefined;
  return {
    kind: 'call',
    at,
    name,
    declaredAt: declaration(view.program, target),
    acquires,
    releases,
    needs,
    held,
    complete,
  };
}

function declaration(program: Program, target: FunctionRef): Location | undefined {
  const item = target.item ?? program.outline(target.file)?.macros[target.index];
  return item && { file: target.file, ...item.nameSpan };
}

/** A name outside of any lock operation: the declaration of a lock, or a global lock that is only mentioned. */
function overDeclaration(
  view: View,
  file: string,
  word: Word,
  effects: FunctionEffects | undefined,
  place: Place | undefined,
): LockHover | undefined {
  const variable = place && view.program.resolveVariable(word.text, file);
  const line = variable?.item.nameSpan.line ?? word.at.line;
  const home = variable?.file ?? file;
  for (const lock of view.analysis.graph.classes.values()) {
    const at = lock.declaredAt;
    if (at?.file !== home || at.line !== line || !isNamed(lock.id, word.text)) continue;
    const held = place?.next && effects?.heldAt.get(place.next.event.id);
    return lockHover(view, lock, word.at, undefined, place ? held : undefined);
  }
  return undefined;
}

function lockHover(
  view: View,
  lock: LockClass,
  at: Span,
  operation: LockEvent['k'] | undefined,
  held: readonly ShownLock[] | undefined,
): LockHover {
  return { kind: 'lock', at, lock, operation, held, ...orderPairs(view.analysis.graph, lock.key) };
}

/** Whether a class is named by the word: the last component of its id, without subclass and key. */
function isNamed(id: string, word: string): boolean {
  const name = id.replace(/[/#][\w-]*$/, '');
  return name === word || (name.endsWith(word) && /\W/.test(name.charAt(name.length - word.length - 1)));
}

interface Word {
  readonly text: string;
  readonly at: Span;
}

function wordAt(line: string, position: Position): Word | undefined {
  const offset = position.column - 1;
  for (const match of line.matchAll(/[A-Za-z_]\w*/g)) {
    const end = match.index + match[0].length;
    if (match.index > offset) return undefined;
    if (offset > end) continue;
    const at = { line: position.line, column: match.index + 1, endLine: position.line, endColumn: end + 1 };
    return { text: match[0], at };
  }
  return undefined;
}
