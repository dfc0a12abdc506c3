import { withoutSubclass } from '../../../base/subclass.js';
import type { Frame, LockMention } from '../../read/types.js';
import type { TaskState } from './states.js';
import type { WaitSource } from './wait-source.js';

/**
 * The list entry that a task waits for. Lockdep lists a lock from the moment it is requested, so a task inside an
 * acquisition waits for its last entry.
 */
export function listedWant(state: TaskState): LockMention | undefined {
  const last = state.held.at(-1);
  if (!last || last.name === '') return undefined;
  if (!last.at || state.stack.length === 0) return last;
  if (last.at.inlined === true) return last;
  const named = framesOf(state, last);
  if (named.length > 0) {
    // A lock taken at another address of the same function was taken before the awaited one.
    const { offset } = last.at;
    return named.some((frame) => offset < 0 || frame.offset < 0 || frame.offset === offset)
      ? last
      : undefined;
  }
  // A list that shares no place with the backtrace describes another moment.
  return state.isWhole && state.held.some((lock) => framesOf(state, lock).length > 0) ? last : undefined;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * The list entry that a task waits for, unless the line of its innermost frame takes another class in the source: once
 * lockdep has stopped, lists end with a lock that the task holds.
 */
export function listedAt(
  state: TaskState,
  first: Frame | undefined,
  through: string,
  source: WaitSource | undefined,
): LockMention | undefined {
  const listed = listedWant(state);
  if (!listed || first?.line === undefined) return listed;
  const taken = source?.wantedBy(first, through, NONE);
  const named = source?.identify(listed);
  // A name that is not in the source is its own key.
  if (!taken || !named || named.key === listed.name) return listed;
  return withoutSubclass(taken.key) === withoutSubclass(named.key) ? listed : undefined;
}

/** Frames of the function in which a lock was taken. */
export function framesOf({ stack }: TaskState, { at }: LockMention): readonly Frame[] {
  return at ? stack.filter((frame) => frame.function === at.function) : [];
}

/**
 * The last lock of the list of a sleeping task whose backtrace has no frame of the lock function: the task returns to
 * the very address at which the lock is taken. `first` is its innermost frame outside the scheduler.
 */
export function trimmedWant(state: TaskState, first: Frame | undefined): LockMention | undefined {
  const last = state.held.at(-1);
  const at = last?.at;
  if (state.letter !== 'D' || !first || !at || last.name === '' || first.offset < 0) return undefined;
  const isBelowScheduler = state.stack.find(({ reliable }) => reliable) !== first;
  const isSame = first.function === at.function && first.offset === at.offset;
  return isBelowScheduler && isSame ? last : undefined;
}

/** The last lock of a task's list if the backtrace has the very address at which it is taken. */
export function listedInside(state: TaskState): LockMention | undefined {
  const last = state.held.at(-1);
  if (!last?.at || last.name === '' || last.at.offset < 0) return undefined;
  const { offset } = last.at;
  return framesOf(state, last).some((frame) => frame.offset === offset) ? last : undefined;
}

/**
 * The last lock of a task's list if exactly one other task certainly holds it, since that task's list goes on behind it.
 * Only one task can hold it: this one waits for it, whatever its backtrace says. Both lists must be of one moment.
 */
export function elsewhereIn(states: readonly TaskState[]): (state: TaskState) => LockMention | undefined {
  const holders = new Map<string, Set<TaskState>>();
  const keyOf = ({ listedIn }: TaskState, lock: LockMention | undefined): string | undefined =>
    listedIn !== undefined && lock?.isExclusive === true && lock.instance !== ''
      ? `${listedIn} ${lock.instance}`
      : undefined;
  for (const state of states) {
    for (const lock of state.held.slice(0, -1)) {
      const key = keyOf(state, lock);
      if (key !== undefined) holders.set(key, (holders.get(key) ?? new Set()).add(state));
    }
  }
  return (state) => {
    const last = state.held.at(-1);
    const own = state.isWhole ? holders.get(keyOf(state, last) ?? '') : undefined;
    return own?.size === 1 && !own.has(state) ? last : undefined;
  };
}
