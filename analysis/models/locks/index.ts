import type { LockApi } from '../types.js';
import { annotationsApis } from './annotations.js';
import { bitLockApis } from './bit-lock.js';
import { containersApis } from './containers.js';
import { devicesApis } from './devices.js';
import { fsApis } from './fs.js';
import { graphicsApis } from './graphics.js';
import { guardsApis } from './guards.js';
import { kernelApis } from './kernel.js';
import { localLockApis } from './local-lock.js';
import { mmApis } from './mm.js';
import { mutexApis } from './mutex.js';
import { netApis } from './net.js';
import { percpuRwsemApis } from './percpu-rwsem.js';
import { posixApis } from './posix.js';
import { rawSpinlockApis } from './raw-spinlock.js';
import { rcuApis } from './rcu.js';
import { rtMutexApis } from './rt-mutex.js';
import { rwlockApis } from './rwlock.js';
import { rwsemApis } from './rwsem.js';
import { semaphoreApis } from './semaphore.js';
import { seqlockApis } from './seqlock.js';
import { spinlockApis } from './spinlock.js';
import { wwMutexApis } from './ww-mutex.js';

/** All built-in rows; names are unique. */
export const lockApis: readonly LockApi[] = [
  ...annotationsApis,
  ...bitLockApis,
  ...containersApis,
  ...devicesApis,
  ...fsApis,
  ...graphicsApis,
  ...guardsApis,
  ...kernelApis,
  ...localLockApis,
  ...mmApis,
  ...mutexApis,
  ...netApis,
  ...percpuRwsemApis,
  ...posixApis,
  ...rawSpinlockApis,
  ...rcuApis,
  ...rtMutexApis,
  ...rwlockApis,
  ...rwsemApis,
  ...semaphoreApis,
  ...seqlockApis,
  ...spinlockApis,
  ...wwMutexApis,
];
