import type { ModelRecord } from '../records/record.js';
import allocation from './allocation.json' with { type: 'json' };
import annotations from './annotations.json' with { type: 'json' };
import backtraces from './backtraces.json' with { type: 'json' };
import classes from './classes.json' with { type: 'json' };
import constants from './constants.json' with { type: 'json' };
import contexts from './contexts.json' with { type: 'json' };
import declarators from './declarators.json' with { type: 'json' };
import entries from './entries.json' with { type: 'json' };
import fields from './fields.json' with { type: 'json' };
import followed from './followed.json' with { type: 'json' };
import frees from './frees.json' with { type: 'json' };
import handlers from './handlers.json' with { type: 'json' };
import inert from './inert.json' with { type: 'json' };
import interrupts from './interrupts.json' with { type: 'json' };
import language from './language.json' with { type: 'json' };
import layouts from './layouts.json' with { type: 'json' };
import annotationsLocks from './locks/annotations.json' with { type: 'json' };
import bitLock from './locks/bit-lock.json' with { type: 'json' };
import containers from './locks/containers.json' with { type: 'json' };
import devices from './locks/devices.json' with { type: 'json' };
import fs from './locks/fs.json' with { type: 'json' };
import graphics from './locks/graphics.json' with { type: 'json' };
import guards from './locks/guards.json' with { type: 'json' };
import kernel from './locks/kernel.json' with { type: 'json' };
import localLock from './locks/local-lock.json' with { type: 'json' };
import lockNames from './locks/lock-names.json' with { type: 'json' };
import mm from './locks/mm.json' with { type: 'json' };
import mutex from './locks/mutex.json' with { type: 'json' };
import net from './locks/net.json' with { type: 'json' };
import percpuRwsem from './locks/percpu-rwsem.json' with { type: 'json' };
import posix from './locks/posix.json' with { type: 'json' };
import rawSpinlock from './locks/raw-spinlock.json' with { type: 'json' };
import rcu from './locks/rcu.json' with { type: 'json' };
import lockRegistries from './locks/registries.json' with { type: 'json' };
import rtMutex from './locks/rt-mutex.json' with { type: 'json' };
import rwlock from './locks/rwlock.json' with { type: 'json' };
import rwsem from './locks/rwsem.json' with { type: 'json' };
import semaphore from './locks/semaphore.json' with { type: 'json' };
import seqlock from './locks/seqlock.json' with { type: 'json' };
import spinlock from './locks/spinlock.json' with { type: 'json' };
import wwMutex from './locks/ww-mutex.json' with { type: 'json' };
import loops from './loops.json' with { type: 'json' };
import patterns from './patterns.json' with { type: 'json' };
import references from './references.json' with { type: 'json' };
import registries from './registries.json' with { type: 'json' };
import shapes from './shapes.json' with { type: 'json' };
import sleepers from './sleepers.json' with { type: 'json' };
import sleepingBodies from './sleeping-bodies.json' with { type: 'json' };
import stacks from './stacks.json' with { type: 'json' };
import types from './types.json' with { type: 'json' };
import waits from './waits.json' with { type: 'json' };

/** Every file matches `recordSchema`; a test checks it. */
const FILES: readonly (readonly unknown[])[] = [
  allocation,
  annotations,
  backtraces,
  classes,
  constants,
  contexts,
  declarators,
  entries,
  fields,
  followed,
  frees,
  handlers,
  inert,
  interrupts,
  language,
  layouts,
  annotationsLocks,
  bitLock,
  containers,
  devices,
  fs,
  graphics,
  guards,
  kernel,
  localLock,
  lockNames,
  mm,
  mutex,
  net,
  percpuRwsem,
  posix,
  rawSpinlock,
  rcu,
  lockRegistries,
  rtMutex,
  rwlock,
  rwsem,
  semaphore,
  seqlock,
  spinlock,
  wwMutex,
  loops,
  patterns,
  references,
  registries,
  shapes,
  sleepers,
  sleepingBodies,
  stacks,
  types,
  waits,
];

/** Every built-in record; at most one per subject. */
export const DATA = FILES.flat() as readonly ModelRecord[];
