import { AWAITED_FUNCTIONS } from '../../../../models/records/kinds.js';
import { shortName } from '../../../../graph/orders/side.js';
import { callAt, calledName } from '../../../text/calls.js';
import { toFilesEdits } from '../../../text/edits.js';
import { openFunction } from '../../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../../types.js';
import { LockPlan } from './lock-plan.js';
import { kindIn } from '../../../moves/driver.js';
import { mayNotSleep } from './process-only.js';

export const TO_MUTEX = 'to-mutex';
/** The same for a reader-writer lock. */
export const TO_RWSEM = 'to-rwsem';

/**
 * Proposes to make a spinlock a mutex, or a reader-writer lock a semaphore, if a section of it sleeps and all functions
 * that take it run in process context: its declaration, its initialisation and all its operations change in one edit.
 * Refuses if one of these is not in sight or has no counterpart.
 */
export function proposeMutex(input: FixInput): FixOutcome {
  const [id] = input.finding.locks;
  const plan = id === undefined ? 'no lock is held that could be a mutex' : planned(input, id);
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: TO_MUTEX, reason: plan }] };
  const fix: ProposedFix = {
    title: `Make ${shortName(id ?? '')} a ${plan.isShared ? 'read-write semaphore' : 'mutex'}`,
    kind: kindIn(plan.isShared ? TO_RWSEM : TO_MUTEX, plan.home),
    verified: false,
    edits: toFilesEdits(plan.edits, (file) => input.textOf(file)),
    regions: plan.regions,
    ...(plan.renamed === undefined ? {} : { renamed: plan.renamed }),
  };
  return { fixes: [fix], refusals: [] };
}

/** Words of a comment that weighs the kinds of locks. */
const WEIGHED =
  /\b(?:rather than|instead of) (?:an? )?(?:mutex|sem)|\b(?:interrupt|irq|atomic|softirq) (?:context|handler)|\b(?:not|never) sleep/i;

function planned(input: FixInput, id: string): LockPlan | string {
  const { models } = input;
  const plan = new LockPlan(input, id, {
    type: (kind) => models.sleepingType(kind),
    word: (written) => models.asSleeping(written),
    name: (present) => present.replace(/spin_?lock|spin/, 'mutex').replace(/rw_?lock/, 'rwsem'),
    now: 'spinlock',
    none: 'a lock that sleeps',
    said: WEIGHED,
  });
  return plan.made((key) => awaits(input, id) ?? mayNotSleep(input, id, key));
}

/** Why the section may wait for code that takes the lock: forever, whatever the lock is. */
function awaits(input: FixInput, id: string): string | undefined {
  const step = input.finding.story.filter(({ path }) => path === 0).at(-1);
  const code = step && openFunction(input, step.file, step);
  const call = step && code && typeof code !== 'string' ? callAt(code, step) : undefined;
  const name = call && code && typeof code !== 'string' ? calledName(code, call) : '';
  const api = input.models.api(name);
  return api?.k === 'wait' && AWAITED_FUNCTIONS.includes(api.awaits)
    ? `what ${name}() waits for may take ${id}`
    : undefined;
}
