import { BUILT_IN } from './records/built-in.js';
import type { FrameMeaning } from './records/record.js';
import type { StackRole } from './types.js';

export type { StackRole } from './types.js';

/** Whether a function in a backtrace is of a kind that `data/backtraces.json` lists. */
const isOf =
  (meaning: FrameMeaning): ((name: string) => boolean) =>
  (name) =>
    BUILT_IN.frames[meaning].test(plainFunction(name));

/** Where an interrupt stopped a task: the frames below it show what the CPU was doing. */
export const isInterruptEntry = isOf('interrupt');
/** Functions that detect stalls and print backtraces: their frames belong to the watchdog, not to what stalled. */
export const isWatcher = isOf('watcher');
/** Functions of the memory allocator: the caller decides whether they may sleep. */
export const isAllocator = isOf('allocator');
/** Functions inside the loop in which a CPU waits for a lock. */
export const isSpinning = isOf('spinning');
/** Functions through which a task gives up its CPU. */
export const isScheduling = isOf('scheduling');
/** Loops in which a kernel thread waits for its next item. */
export const isBetweenItems = isOf('nextItem');
/** Checks whose failure means that a task slept inside an RCU read-side critical section. */
export const isSleepCheck = isOf('sleepCheck');

/** Whether a kernel thread of this name drives grace periods. */
export const isGracePeriodThread = (name: string): boolean => BUILT_IN.expressions.graceThread.test(name);

/** What a task waits for inside a function, in words; `undefined` if the name does not show it. */
export function awaitedIn(name: string): string | undefined {
  const plain = plainFunction(name);
  return BUILT_IN.awaited.find(({ names }) => names.test(plain))?.words;
}

/** Who ends a wait: a kernel thread, or the task that an RCU stall is about. */
interface WaitEnder {
  readonly thread?: RegExp;
  readonly stall?: true;
}

export function endedBy(words: string, through = ''): WaitEnder | undefined {
  // The source may name the call instead.
  const awaited = [awaitedIn(through), words].map((each) => `${each ?? ''} `);
  return BUILT_IN.awaited.find(
    (one) => isEnded(one) && awaited.some((each) => each.startsWith(`${one.words} `)),
  );
}

function isEnded({ thread, stall }: WaitEnder): boolean {
  return thread !== undefined || stall === true;
}

/** Suffixes that compilers append: `.isra.0`, `.constprop.0`, `.part.0`, `.cold`. */
const CLONE = /\.(?:isra|constprop|part|cold|llvm|lto_priv|localalias|cfi|cfi_jt)\b.*$/;

/** A function's name without compiler suffixes. */
export function plainFunction(name: string): string {
  return name.includes('.') ? name.replace(CLONE, '') : name;
}

/** Names under which source code calls a function in a backtrace: `spin_lock` for `_raw_spin_lock_nested`. */
export function calledAs(name: string): readonly string[] {
  const plain = plainFunction(name);
  const short = plain.replace(/^_+/, '');
  const core = short.replace(/^raw_/, '').replace(/_(?:nested|nest_lock|slowpath)(?=_|$)/, '');
  return [...new Set([plain, short, core, `${core}_nested`, `raw_${core}`])];
}

/** Functions of a backtrace that do not show what the task waits for. */
const MACHINERY: readonly FrameMeaning[] = ['interrupt', 'replay', 'tracing', 'delay'];

/** The role of a function in a backtrace: a slow path, the scheduler or the report itself; `undefined` for others. */
export function stackRole(name: string): StackRole | undefined {
  const plain = plainFunction(name);
  const known = BUILT_IN.functions.get(plain)?.stack;
  if (known !== undefined) return known;
  const isMachinery =
    MACHINERY.some((meaning) => BUILT_IN.frames[meaning].test(plain)) ||
    BUILT_IN.expressions.busyWaits.test(plain);
  return isMachinery ? { k: 'machinery' } : undefined;
}
