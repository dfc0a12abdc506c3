import type { EventKind } from '../../../analysis/evidence/read/types.js';
import type { Choice, Lock, Style, Task } from './style.js';

/** A report as some kernel prints it, and what a reader must find in it. */
export interface Report {
  readonly lines: readonly string[];
  readonly kind: EventKind;
  /** The function that the report is about. */
  readonly function: string;
  /** Names of the locks that the output must name, with their roles. */
  readonly locks: readonly string[];
  /**
   * For hung tasks: the number of each task and of the holder of what it waits for, `-1` if the holder cannot be known.
   */
  readonly waits?: ReadonlyMap<number, number>;
}

export type Maker = (style: Style) => Report;

export const WORDS = [
  'pond',
  'reed',
  'otter',
  'heron',
  'brook',
  'marsh',
  'delta',
  'ferry',
  'quay',
  'weir',
] as const;
export const VERBS = [
  'open',
  'close',
  'attach',
  'drain',
  'ioctl',
  'release',
  'probe',
  'rescan',
  'update',
  'notify',
] as const;

export const fn = (choice: Choice): string => `${choice.of(WORDS)}_${choice.of(VERBS)}_${choice.below(90)}`;
export const newLock = (choice: Choice): Lock => ({
  name: choice.of([
    `&${choice.of(WORDS)}->${choice.of(['lock', 'mutex', 'sem'])}`,
    `${choice.of(WORDS)}_mutex_${choice.below(100)}`,
    `&(&${choice.of(WORDS)}->lock)->rlock`,
    `&${choice.of(WORDS)}->lock#${1 + choice.below(9)}/1`,
    `sk_lock-AF_${choice.of(WORDS).toUpperCase()}`,
    `(wq_completion)${choice.of(WORDS)}`,
  ]),
  address: `ffff8880${choice.hex(8)}`,
});
export const newTask = (choice: Choice): Task => ({
  name: choice.of([
    'syz-executor',
    'kworker/u8:3',
    'syz.1.42',
    'a name',
    'fuzz-exec.4',
    'kswapd0',
    'udevd',
    'jbd2/sda1-8',
  ]),
  pid: 1000 + choice.below(30000),
});
export const SYSCALL = ['__x64_sys_ioctl', 'do_syscall_64', 'entry_SYSCALL_64_after_hwframe'];
export const OLD_SYSCALL = ['SyS_ioctl', 'entry_SYSCALL_64_fastpath'];
export const tail = (style: Style): string[] => [...(style.is.codeAddress ? OLD_SYSCALL : SYSCALL)];
export const mutexFrames = (style: Style): string[] =>
  style.choice.of([
    ['__lock_acquire', 'lock_acquire', '~__mutex_lock_common', '__mutex_lock', 'mutex_lock_nested'],
    ['__lock_acquire', 'lock_acquire', '__mutex_lock'],
    [
      '?lock_release',
      '__lock_acquire',
      '?mark_held_locks',
      'lock_acquire',
      '__raw_spin_lock',
      '_raw_spin_lock',
    ],
    ['__lock_acquire', 'lock_acquire', 'down_write'],
  ]);
/** The headline of a list of held locks. */
export const listHead = ({ era, choice }: Style, { name, pid }: Task, count: number): string => {
  if (era === '7.3')
    return `locks held by ${name}/${pid}: ${count}, ${choice.of(['last', 'on'])} CPU#${choice.below(4)}${count === 0 ? '' : ':'}`;
  if (count === 0) return `no locks held by ${name}/${pid}.`;
  return `${count} lock${count === 1 ? '' : 's'} held by ${name}/${pid}:`;
};
export const heldList = (style: Style, task: Task, held: readonly (readonly [Lock, string])[]): string[] => [
  listHead(style, task, held.length),
  ...held.flatMap(([lock, at], index) => style.lock(lock, at, index)),
];
export const dump = (style: Style, task: Task, names: readonly string[]): string[] => [
  'stack backtrace:',
  ...style.cpu(style.choice.below(4), task),
  ...style.trace(['dump_stack_lvl', ...names]),
];
export const context = (style: Style): string =>
  style.choice.chance(50) ? ' [HC0[0]:SC0[2]:HE1:SE0]' : ' [HC0[0]:SC0[0]:HE1:SE1]';
