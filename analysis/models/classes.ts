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
