import {
  removalsInSection,
  sleepsAtEdges,
  waitsForCancelled,
  waitsBehindTake,
  waitsInFrontOfRelease,
  waitsInOwnSection,
} from './awaits.js';
import { unpassedFlags, waitingAllocations, waitingCallees } from './allocations.js';
import { clocksUnderSpinlock, unpreparedClocks } from './clocks.js';
import type { Planted } from './functions.js';
import { failingRetakes, ignoredSignals, lateAcquisitions } from './acquisitions.js';
import { switchingInnerLocks } from './inner.js';
import {
  mutexesInSoftirqs,
  rwlocksThatSleep,
  spinlocksThatSleep,
  taskletsThatSleep,
  timersThatSleep,
} from './kinds.js';
import { halvesLeftOn, plainForms, sectionsUnsaved, unsavedForms } from './irq.js';
import { exchangedOrders, sleepingInside } from './orders.js';
import { atomicClocks, atomicMembers } from './members.js';
import {
  extraReleases,
  forgottenReleases,
  forgottenSwitches,
  plainReleases,
  releasesBehindCalls,
  releasesTwice,
} from './releases.js';
import { itemsWithHeldLock, patientRetries } from './retries.js';
import { callsWithoutLock, lockedCallers, mergedVariants } from './variants.js';
import {
  delaysThatSleep,
  handlersThatSleep,
  napsUnderSpinlock,
  pinsThatSleep,
  pollsThatSleep,
  pollsWithUnsetNumber,
  resetsThatSettle,
  resetsThatSleep,
  resetsWithoutWork,
  sleepingWaits,
} from './waits.js';

/** By the name of a mistake: what finds the places of a file's text that can hold it. */
export const MISTAKES = new Map<string, (text: string) => readonly Planted[]>([
  ['irq', plainForms],
  ['halves', halvesLeftOn],
  ['sections', sectionsUnsaved],
  ['release', forgottenReleases],
  ['skip', extraReleases],
  ['twice', releasesTwice],
  ['switch', forgottenSwitches],
  ['state', plainReleases],
  ['inner', switchingInnerLocks],
  ['wait', sleepingWaits],
  ['alone', waitsInOwnSection],
  ['behind', waitsInFrontOfRelease],
  ['ahead', waitsBehindTake],
  ['retry', patientRetries],
  ['item', itemsWithHeldLock],
  ['member', atomicMembers],
  ['stored', atomicClocks],
  ['variant', mergedVariants],
  ['again', lockedCallers],
  ['always', ignoredSignals],
  ['late', lateAcquisitions],
  ['flags', waitingAllocations],
  ['mutex', mutexesInSoftirqs],
  ['spin', spinlocksThatSleep],
  ['nap', napsUnderSpinlock],
  ['tasklet', taskletsThatSleep],
  ['timer', timersThatSleep],
  ['clock', unpreparedClocks],
  ['gate', clocksUnderSpinlock],
  ['edge', sleepsAtEdges],
  ['pin', pinsThatSleep],
  ['order', exchangedOrders],
  ['under', sleepingInside],
  ['bare', callsWithoutLock],
  ['unsaved', unsavedForms],
  ['readers', rwlocksThatSleep],
  ['cancel', waitsForCancelled],
  ['unpassed', unpassedFlags],
  ['held', releasesBehindCalls],
  ['callee', waitingCallees],
  ['removal', removalsInSection],
  ['thread', handlersThatSleep],
  ['delay', delaysThatSleep],
  ['poll', pollsThatSleep],
  ['reset', resetsThatSleep],
  ['settle', resetsThatSettle],
  ['itemless', resetsWithoutWork],
  ['number', pollsWithUnsetNumber],
  ['retake', failingRetakes],
]);
