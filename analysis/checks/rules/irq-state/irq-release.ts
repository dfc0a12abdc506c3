import type { Confidence } from '../../../base/confidence.js';
import { matchHeld } from '../../../effects/held.js';
import type { Effects, ExitEffect, HeldLock, LockUse } from '../../../effects/types.js';
import type { Models } from '../../../models/types.js';
import { irqForm, type IrqForm } from '../../../models/variants.js';
import type { EventId } from '../../../summary/types.js';

/** A release that does not undo what its acquisition switched. */
export interface Mismatch {
  readonly use: LockUse;
  readonly lock: HeldLock;
  /** What it does instead, after the release's name: `leaves interrupts off`. */
  readonly leaves: string;
  readonly confidence: Confidence;
}

/** What a function does with the variables that hold interrupt states. */
export interface FlagsUse {
  /** Names the flags variable that an event gives as an argument; `undefined` when it gives none. */
  at(event: EventId, arg: number): string | undefined;
  /** In how many events and returns of the function the variable that an event gives stands. */
  count(event: EventId, arg: number): number;
  /** Its address is taken: somebody else may set it. */
  isShared(event: EventId, arg: number): boolean;
}

/** Releases in a function that leave interrupts or bottom halves otherwise than they were before the lock. */
export function mismatches(models: Models, effects: Effects, flags: FlagsUse): readonly Mismatch[] {
  const out: Mismatch[] = [];
  for (const use of effects.uses) {
    const released = models.lockApi(use.api);
    if (use.k !== 'release' || use.ended !== 'own' || use.site.via !== undefined) continue;
    if (released?.op !== 'release') continue;
    const taken = use.moments.flatMap(({ held }) => held[matchHeld(held, use.lock)] ?? []);
    const [lock] = taken;
    const model = lock && models.lockApi(lock.api);
    if (lock === undefined || model === undefined || lock.site.via !== undefined) continue;
    const from = irqForm(model);
    const to = irqForm(released);
    // Another lock took the interrupt state over.
    if (from === to || use.moments.some(({ held }) => held.length > 1)) continue;
    if (taken.some(({ api }) => api !== lock.api)) continue;
    // A saved state that is never looked at again was not handed over.
    const forgets = model.flagsArg !== undefined && flags.count(lock.site.event, model.flagsArg) === 1;
    const found = judge(effects, use, from, to, released.flagsArg, forgets, flags);
    if (found !== undefined) out.push({ use, lock, ...found });
  }
  return out;
}

export function messageOf({ use, lock, leaves }: Mismatch, name: string): string {
  return `${use.api}() releases ${name} but ${leaves}; ${lock.api}() took it`;
}

function judge(
  effects: Effects,
  use: LockUse,
  from: IrqForm,
  to: IrqForm,
  flagsArg: number | undefined,
  forgets: boolean,
  flags: FlagsUse,
): Pick<Mismatch, 'leaves' | 'confidence'> | undefined {
  const exits = effects.rawExits.filter(({ acquired }) => acquired.length === 0);
  // Where every way out is the same, it may be what the function is for.
  const some = (fits: (exit: ExitEffect) => boolean, otherwise: Confidence): Confidence | undefined => {
    const count = exits.filter(fits).length;
    return count === 0 ? undefined : count < exits.length ? 'high' : otherwise;
  };
  const told = (leaves: string, confidence: Confidence | undefined) =>
    confidence === undefined ? undefined : { leaves, confidence };
  if ((from === 'save' || from === 'irq') && (to === 'plain' || to === 'bh'))
    return told(
      'leaves interrupts off',
      some(({ context }) => context.irq === 'off', forgets ? 'high' : 'medium'),
    );
  if (from === 'save' && to === 'irq')
    return told(
      'switches interrupts on, whatever they were',
      some(({ context }) => context.irq === 'on', 'high'),
    );
  if (from === 'bh' && to !== 'bh')
    return told(
      'leaves bottom halves off',
      some(({ context }) => context.bh > 0, 'high'),
    );
  if (from === 'plain' && to === 'bh')
    return told(
      'switches bottom halves on',
      some(({ context }) => context.bh < 0, 'medium'),
    );
  if (from === 'plain' && to === 'irq') {
    if (use.moments.some(({ context }) => context.irq !== 'entry')) return undefined;
    return told(
      'switches interrupts on',
      some(({ context }) => context.irq === 'on', 'medium'),
    );
  }
  if (to === 'save' && flagsArg !== undefined) {
    const name = flags.at(use.site.event, flagsArg);
    const isSaved =
      name === undefined ||
      flags.isShared(use.site.event, flagsArg) ||
      use.moments.some(({ context }) => context.saved.has(name));
    // Somebody else may have saved it: what is passed on is not followed.
    if (isSaved || use.moments.some(({ context }) => context.saved.size > 0)) return undefined;
    return { leaves: 'restores an interrupt state that nobody saved', confidence: 'medium' };
  }
  return undefined;
}
