import { isByCall } from '../../../summaries/solver/lock-functions.js';
import type { Confidence } from '../../../base/confidence.js';
import { matchHeld } from '../../../summaries/state/held.js';
import type { FunctionSummary, ExitEffect, HeldLock, LockUse } from '../../../summaries/state/types.js';
import type { LockApi, Models } from '../../../models/types.js';
import { irqForm, type IrqForm } from '../../../models/variants.js';
import type { EventId } from '../../../skeleton/types.js';

/** A release that does not restore the interrupt state its acquisition changed. */
export interface Mismatch {
  readonly use: LockUse;
  readonly lock: HeldLock;
  /** What it does instead, as text after the release's name: `leaves interrupts disabled`. */
  readonly leaves: string;
  readonly confidence: Confidence;
  /** Two sections have each restored what the other one saved, so that one release alone cannot be mended. */
  readonly isSwapped?: boolean;
}

/** How a function uses its flags variables. */
export interface FlagsUse {
  /** Name of the flags variable that an event passes as an argument; `undefined` if there is none. */
  at(event: EventId, arg: number): string | undefined;
  /** Number of events and returns of the function that use the event's flags variable. */
  count(event: EventId, arg: number): number;
  /** Whether the variable's address is taken, so that other code may set it. */
  isShared(event: EventId, arg: number): boolean;
  /** Whether the variable is a parameter, or what one points to. */
  isGiven(event: EventId, arg: number): boolean;
  /** Whether the variable is local and the function assigns only constants to it, or nothing. */
  isConstant(event: EventId, arg: number): boolean;
}

/**
 * Releases that leave interrupts or bottom halves in a state other than the one before the acquisition. `isTakenBack` says
 * whether callers may enable interrupts again that the function leaves disabled.
 */
export function mismatches(
  models: Models,
  summary: FunctionSummary,
  flags: FlagsUse,
  isTakenBack: () => boolean,
): readonly Mismatch[] {
  const out: Mismatch[] = [];
  for (const use of summary.uses) {
    // In a loop along a chain, one release is that of each object of the chain.
    if (out.some((earlier) => earlier.use.site.event === use.site.event)) continue;
    const released = models.lockApi(use.api);
    if (use.k !== 'release' || use.ended !== 'own' || use.site.via !== undefined) continue;
    if (released?.op !== 'release') continue;
    // The arguments of a lock function are not those of the operation.
    if (released.flagsArg !== undefined && isByCall(summary, use.site)) continue;
    const taken = use.locksets.flatMap(({ held }) => held[matchHeld(held, use.lock)] ?? []);
    const [lock] = taken;
    const model = lock && models.lockApi(lock.api);
    if (lock === undefined || model === undefined || lock.site.via !== undefined) continue;
    const from = irqForm(model);
    const to = irqForm(released);
    if (from === 'save' && to === 'save' && restoresOther(use, released.flagsArg, flags)) {
      out.push({ use, lock, leaves: 'restores an interrupt state that was never saved', confidence: 'high' });
      continue;
    }
    if (from === 'save' && to === 'save' && restoresInner(use, lock, model, released.flagsArg, flags)) {
      out.push({
        use,
        lock,
        leaves: 'leaves interrupts disabled, as they were when that state was saved',
        confidence: 'high',
        isSwapped: true,
      });
      continue;
    }
    // If another spinning lock is held, the interrupt state may belong to that lock.
    const isSpinning = ({ api }: HeldLock): boolean => models.lockApi(api)?.atomic === true;
    if (from === to || use.locksets.some(({ held }) => held.filter(isSpinning).length > 1)) continue;
    if (taken.some(({ api }) => api !== lock.api)) continue;
    // A saved state that no code reads again was not handed over.
    const forgets = model.flagsArg !== undefined && flags.count(lock.site.event, model.flagsArg) === 1;
    const saved = model.flagsArg === undefined ? undefined : flags.at(lock.site.event, model.flagsArg);
    const found =
      from === 'save' && to === 'plain' && saved !== undefined && isOverwritten(models, summary, saved, flags)
        ? {
            leaves: 'leaves interrupts disabled, and the saved state is overwritten',
            confidence: 'high' as const,
          }
        : judge(
            summary,
            { use, from, to, flagsArg: released.flagsArg },
            { forgets, saved, isTakenBack },
            flags,
          );
    if (found !== undefined) out.push({ use, lock, ...found });
  }
  return out;
}

/**
 * Whether an acquisition saves into a variable that still holds the state from before interrupts were disabled, and no
 * lock is held for which that was saved.
 */
function isOverwritten(
  models: Models,
  { acquires }: FunctionSummary,
  saved: string,
  flags: FlagsUse,
): boolean {
  return acquires.some(({ api, site, locksets }) => {
    const arg = models.lockApi(api)?.irq === 'save' ? models.lockApi(api)?.flagsArg : undefined;
    if (arg === undefined || site.via !== undefined || flags.at(site.event, arg) !== saved) return false;
    return locksets.some(
      ({ held, context }) =>
        held.length === 0 &&
        context.irq === 'off' &&
        context.saved.has(saved) &&
        context.saved.get(saved) !== 'off',
    );
  });
}

/**
 * Whether a release passes the state that an inner section saved with interrupts disabled, after the state that its own
 * acquisition saved was restored for another lock: `unlock(b, of_a); unlock(a, of_b);`.
 */
function restoresInner(
  { site, locksets }: LockUse,
  lock: HeldLock,
  taken: LockApi,
  flagsArg: number | undefined,
  flags: FlagsUse,
): boolean {
  if (flagsArg === undefined || taken.flagsArg === undefined) return false;
  const own = flags.at(lock.site.event, taken.flagsArg);
  const given = flags.at(site.event, flagsArg);
  return (
    own !== undefined &&
    given !== undefined &&
    own !== given &&
    locksets.every(({ context: { saved } }) => saved.get(given) === 'off' && !saved.has(own))
  );
}

/** Whether a release passes a local variable in which no path has saved an interrupt state. */
function restoresOther({ site, locksets }: LockUse, flagsArg: number | undefined, flags: FlagsUse): boolean {
  if (flagsArg === undefined) return false;
  const name = flags.at(site.event, flagsArg);
  return (
    name !== undefined &&
    flags.isConstant(site.event, flagsArg) &&
    !flags.isShared(site.event, flagsArg) &&
    locksets.every(
      ({ context }) => context.irq === 'off' && context.saved.size > 0 && !context.saved.has(name),
    )
  );
}

export function messageOf({ use, lock, leaves }: Mismatch, name: string): string {
  return `${use.api}() releases ${name} but ${leaves}; ${lock.api}() took it`;
}

/** What becomes of the state from before the acquisition. */
interface Taken {
  /** It was saved, and no code reads it again. */
  readonly forgets: boolean;
  /** The variable with the saved state. */
  readonly saved: string | undefined;
  readonly isTakenBack: () => boolean;
}

/** A release of another form than the acquisition. */
interface OtherForm {
  readonly use: LockUse;
  /** The form of the acquisition. */
  readonly from: IrqForm;
  /** The form of the release. */
  readonly to: IrqForm;
  /** The argument of the release that is the saved state. */
  readonly flagsArg: number | undefined;
}

/** What a release of another form leaves, and how certain it is that this is a mistake. */
function judge(
  summary: FunctionSummary,
  { use, from, to, flagsArg }: OtherForm,
  taken: Taken,
  flags: FlagsUse,
): Pick<Mismatch, 'leaves' | 'confidence'> | undefined {
  const exits = summary.rawExits.filter(({ acquired }) => acquired.length === 0);
  // If all exits leave the same state, the function may exist to do so.
  const some = (fits: (exit: ExitEffect) => boolean, otherwise: Confidence): Confidence | undefined => {
    const count = exits.filter(fits).length;
    return count === 0 ? undefined : count < exits.length ? 'high' : otherwise;
  };
  const told = (leaves: string, confidence: Confidence | undefined) =>
    confidence === undefined ? undefined : { leaves, confidence };
  const { forgets, saved, isTakenBack } = taken;
  if ((from === 'save' || from === 'irq') && (to === 'plain' || to === 'bh')) {
    const isLost = forgets || (from === 'irq' && !isTakenBack());
    return told(
      'leaves interrupts disabled',
      // A later release may restore what this acquisition saved: something else has then disabled interrupts.
      some(
        ({ context }) => context.irq === 'off' && (saved === undefined || context.saved.has(saved)),
        isLost ? 'high' : 'medium',
      ),
    );
  }
  if (from === 'save' && to === 'irq')
    return told(
      'enables interrupts, whatever their previous state',
      some(({ context }) => context.irq === 'on', 'high'),
    );
  if (from === 'bh' && to !== 'bh')
    return told(
      'leaves bottom halves disabled',
      some(({ context }) => context.bh > 0, 'high'),
    );
  if (from === 'plain' && to === 'bh')
    return told(
      'enables bottom halves',
      some(({ context }) => context.bh < 0, 'medium'),
    );
  if (from === 'plain' && to === 'irq') {
    if (use.locksets.some(({ context }) => context.irq !== 'entry')) return undefined;
    return told(
      'enables interrupts',
      some(({ context }) => context.irq === 'on', 'medium'),
    );
  }
  if (to === 'save' && flagsArg !== undefined) {
    const name = flags.at(use.site.event, flagsArg);
    const isSaved =
      name === undefined ||
      flags.isShared(use.site.event, flagsArg) ||
      use.locksets.some(({ context }) => context.saved.has(name));
    // Another function may have saved the state: flags passed on to callees are not tracked.
    if (isSaved || use.locksets.some(({ context }) => context.saved.size > 0)) return undefined;
    // A caller that passes the flags has saved the state.
    return {
      leaves: 'restores an interrupt state that was never saved',
      confidence: flags.isGiven(use.site.event, flagsArg) ? 'low' : 'medium',
    };
  }
  return undefined;
}
