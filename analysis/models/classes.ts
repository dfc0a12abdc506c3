/** The class that represents reclaim. */
export const FS_RECLAIM = 'fs_reclaim';
/** The lock class of a task being woken. */
export const SLEEPER = 'task_struct.pi_lock';
/** The lock of an SRCU domain's bookkeeping, by its path in the domain. */
export const SRCU_DOMAIN_LOCK = 'srcu_sup.lock';

/** Members that link objects of one kind in opposite directions. */
export const INVERSE_MEMBERS: readonly (readonly [RegExp, RegExp])[] = [
  [/(?:^|_)next$/, /(?:^|_)prev(?:ious)?$/],
  [
    /(?:^|_)(?:parent|up(?:per)?|owner|container|leader|superior)$/,
    /(?:^|_)(?:(?:first_)?child(?:ren)?(?:_head|_list)?|down|lower|members?|inferior)$/,
  ],
];
/** The class that page faults acquire. */
export const MMAP_LOCK = 'mm_struct.mmap_lock';

/** Operations that start a device again, each with the one that has stopped it before. */
export const STOPPED_BEFORE: ReadonlyMap<string, string> = new Map([
  ['resume', 'suspend'],
  ['reset_resume', 'suspend'],
  ['post_reset', 'pre_reset'],
  ['restore', 'poweroff'],
  ['thaw', 'freeze'],
  ['resume_early', 'suspend_late'],
  ['resume_noirq', 'suspend_noirq'],
  ['runtime_resume', 'runtime_suspend'],
]);
