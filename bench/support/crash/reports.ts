import { hung, hungEvent } from './hung.js';
import {
  atExit,
  heldFreed,
  imbalance,
  rcu,
  sleeping,
  spin,
  staticKey,
  waitContext,
  workqueueLeak,
} from './misuse.js';
import { circular, inconsistent, irqInversion, recursive, safeUnsafe } from './orders.js';
import type { Maker } from './parts.js';
import { softLockup, stallOther, stallSelf, workqueueLockup } from './stalls.js';

/** Reports about locks, by name of their form. */
export const LOCK_REPORTS: Readonly<Record<string, Maker>> = {
  circular,
  recursive,
  'inconsistent state': inconsistent,
  'irq lock inversion': irqInversion,
  'safe to unsafe': safeUnsafe,
  'invalid wait context': waitContext,
  'bad unlock balance': imbalance,
  'held lock freed': heldFreed,
  'locks held at exit': atExit,
  'suspicious RCU usage': rcu,
  'sleeping in atomic': sleeping,
  'soft lockup': softLockup,
  'RCU stall, self-detected': stallSelf,
  'RCU stall, of another': stallOther,
  'hung task, on a lock': hung,
  'hung task, on an event': hungEvent,
  'spinlock bugs': spin,
  'validator troubles': staticKey,
  'workqueue leak': workqueueLeak,
  'workqueue lockup': workqueueLockup,
};
