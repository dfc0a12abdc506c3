/** The class that reclaim stands for. */
export const FS_RECLAIM = 'fs_reclaim';
/** The lock of a task that is being woken. */
export const SLEEPER = 'task_struct.pi_lock';

/** Members that lead the one way and the other between objects of a kind. */
export const INVERSE_MEMBERS: readonly (readonly [RegExp, RegExp])[] = [
  [/(?:^|_)next$/, /(?:^|_)prev(?:ious)?$/],
  [/(?:^|_)parent$/, /(?:^|_)(?:first_)?child(?:ren)?$/],
  [/(?:^|_)up(?:per)?$/, /(?:^|_)(?:down|lower)$/],
];
/** What page faults take. */
export const MMAP_LOCK = 'mm_struct.mmap_lock';
