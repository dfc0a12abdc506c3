import { hashText } from '../../../base/hash.js';
import type {
  CallSummary,
  FunctionSummary,
  HeldLock,
  LockUse,
  Site,
} from '../../../summaries/state/types.js';
import { isUnavoidable } from '../../../skeleton/lowering/block-paths.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { Arrived } from '../../../graph/paths/replay.js';
import type { CheckContext } from '../../engine/check.js';
import { tellChain } from '../../story/chain.js';
import { locationOf, shown, siteNames, witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';

/**
 * Whether a function on the path asserts that the lock is held for reading in one place and for writing in another: it
 * serves callers of both kinds, and its state distinguishes them.
 */
function servesReaders(context: CheckContext, key: string, steps: readonly Site[]): boolean {
  return steps.some(({ fn }) => {
    const { uses = [] } = context.collected.summaries.get(fn) ?? {};
    const asserted = uses.filter(({ k, lock }) => k === 'assert-held' && keyOf(lock) === key);
    return new Set(asserted.map(({ lock }) => lock.mode)).size > 1;
  });
}

/** Whether a branch decides if the function that holds the lock makes the call, or if the callee asserts it. */
function isConditional(
  { around, proofs }: CheckContext,
  steps: readonly Site[],
  { facts }: Arrived,
): boolean {
  const [call] = steps;
  const skeleton = call && around.program.skeleton(call.fn);
  if (call === undefined || skeleton === undefined) return true;
  return proofs.learnedSince(steps, 0, facts) > 0 || !isUnavoidable(skeleton, call.event);
}

/**
 * Reports a call, with the lock held for reading only, that leads to an assertion for writing. `steps` ends in the
 * assertion.
 */
export function heldForReading(
  context: CheckContext,
  use: LockUse,
  caller: FunctionSummary,
  { locksets }: CallSummary,
  steps: readonly [Site, Site, ...Site[]],
): Finding | undefined {
  const key = keyOf(use.lock);
  if (use.lock.mode !== 'write' || key === undefined || caller.gaps.length > 0) return undefined;
  const isRead = (held: readonly HeldLock[]): boolean => {
    const own = held.filter((one) => keyOf(one) === key);
    return own.length > 0 && own.every(({ mode }) => mode === 'read');
  };
  if (!locksets.some(({ held }) => isRead(held))) return undefined;
  const arrived = context.proofs.arrive(steps).find(({ held }) => isRead(held));
  if (arrived === undefined) return undefined;
  // The condition that chose the mode may also decide whether the callee reaches its assertion.
  const isChosen = locksets.some(({ held }) =>
    held.some((one) => keyOf(one) === key && one.mode === 'write'),
  );
  const isDoubtful =
    servesReaders(context, key, steps) || (isChosen && isConditional(context, steps, arrived));
  const { classes } = context.around;
  const name = shown(classes, key);
  const asserting = use.site.fn.name;
  const what = `with ${name} held for reading only, which ${asserting}() asserts is held for writing`;
  const end = `asserts that ${name} is held for writing`;
  return {
    id: hashText(['annotation-mismatch', 'read', caller.fn.file, caller.fn.name, asserting, key].join('\n')),
    rule: 'annotation-mismatch',
    severity: 'warning',
    confidence: isDoubtful ? 'low' : 'high',
    message: `calls ${steps[1].fn.name}() ${what}`,
    at: locationOf(steps[0]),
    locks: [name],
    story: tellChain(classes, steps, end, 0, { held: arrived.held, told: arrived.held }),
    assumes: [],
    witnesses: [witnessId(['annotation-mismatch', 'read', key, ...siteNames(steps)])],
    evidence: [],
    fixes: [],
  };
}
