import { words } from './words.js';

/** Options of the kernel's configuration that make it report locking mistakes at run time. */
export const PROVING_OPTION = 'PROVE_LOCKING';

/** Watch locks, and alone report no inversion. */
export const WATCHING_OPTIONS: readonly string[] = words('DEBUG_LOCK_ALLOC LOCKDEP LOCK_STAT DEBUG_MUTEXES');
