import { NEEDED, NEST_LOCK } from '../asserted.js';
import type { LockApi } from '../types.js';
import { anyLock, section } from './families.js';

/** Annotations that work on any lock, and lock maps that model a section. */
export const annotationsApis: readonly LockApi[] = [
  anyLock.assertHeld('lockdep_assert_held'),
  anyLock.assertHeld('lockdep_assert_held_exclusive', { mode: 'write' }),
  anyLock.assertHeld('lockdep_assert_held_once'),
  anyLock.assertHeld('lockdep_assert_held_read'),
  anyLock.assertHeld('lockdep_assert_held_write', { mode: 'write' }),
  anyLock.assertNotHeld('lockdep_assert_none_held_once'),
  anyLock.assertNotHeld('lockdep_assert_not_held'),
  anyLock.assertHeld('__must_hold'),
  anyLock.assertHeld('__must_hold_shared'),
  anyLock.assertHeld('__guarded_by'),
  anyLock.assertHeld('__pt_guarded_by'),
  anyLock.assertHeld('__releases'),
  anyLock.assertHeld('__releases_shared'),
  anyLock.assertHeld(NEST_LOCK),
  anyLock.assertHeld(NEEDED),
  anyLock.assertNotHeld('__must_not_hold'),
  anyLock.assertNotHeld('__excludes'),
  anyLock.mightAcquire('might_lock'),
  anyLock.mightAcquire('might_lock_nested', { subclassArg: 1 }),
  anyLock.mightAcquire('might_lock_read', { mode: 'read' }),
  section.acquire('lock_map_acquire'),
  section.acquire('lock_map_acquire_read', { mode: 'read', recursiveRead: 'always' }),
  section.release('lock_map_release', { anyMode: true }),
];
