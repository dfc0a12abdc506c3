import { withoutSubclass } from '../../base/subclass.js';
import type { Span } from '../../base/span.js';
import { matchHeld } from '../../summaries/state/held.js';
import type {
  AcquireEffect,
  FunctionSummary,
  LockRef,
  Lockset,
  LockUse,
} from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import type { IrqForm } from '../../models/variants.js';
import type { EventId } from '../../skeleton/types.js';
import { wholeClassOf, type Collected } from '../events/collect.js';
import { flatten } from '../paths/replay.js';

/** An acquiring or releasing call that must also switch interrupts or bottom halves. */
export interface SwitchedCall {
  readonly fn: FunctionRef;
  /** Absolute in `fn.file`. */
  readonly at: Span;
  /** The name of its record in the models. */
  readonly api: string;
  readonly form: IrqForm;
  /** The interrupt state needs a variable of its own. */
  readonly needsOwnState?: boolean;
  /** Nothing in sight comes here with interrupts enabled, and what must not sleep does. */
  readonly isAtomic?: boolean;
  /** It may come here as an operation of the kernel whose callers are not known. */
  readonly isStored?: boolean;
  /** The other end of the section, which determines the variable of the interrupt state. */
  readonly pairedWith?: Span;
}

/** All changes needed to remove a finding, or why there is no such plan. */
export type SwitchPlan = SwitchedCalls | { readonly reason: string };

/** The reason if every place is already correct. */
export const NOTHING_TO_SWITCH = 'no place to change is known';

export interface SwitchedCalls {
  readonly calls: readonly SwitchedCall[];
  /** The class that handlers no longer find held. */
  readonly cures?: Cured;
  /** The source does not prove that interrupts are on; others that take the lock rely on it. */
  readonly isLikeOthers?: boolean;
  /** No handler is visible: the driver gives the lock to an object that invisible handlers use. */
  readonly isGiven?: boolean;
  /** The section that changes, if others of its class stay unchanged. */
  readonly section?: SwitchedSection;
}

export interface SwitchedSection {
  readonly key: string;
  /** Its acquisitions, in their new form. */
  readonly begins: readonly SwitchedCall[];
}

/** A class, and what interrupts it. */
export interface Cured {
  readonly key: string;
  readonly interrupt: 'hardirq' | 'softirq';
  /** The only files in which it counts: those of one of the drivers that have such a lock. */
  readonly files?: ReadonlySet<string>;
  /** Softirq handlers may take it plainly, also where the source does not show that nothing else calls them. */
  readonly isLikeOthers?: boolean;
}

/** Acquisitions in one function that share releases and must change together. */
export interface Section {
  readonly acquires: AcquireEffect[];
  readonly releases: LockUse[];
}

/** What a function acquires of a class, but for what a function that it calls acquires for it: that counts there. */
export function ownAcquires(
  { summaries }: Collected,
  { acquires }: FunctionSummary,
  key: string,
): readonly AcquireEffect[] {
  const isCounted = ({ site: { via } }: AcquireEffect): boolean =>
    via !== undefined &&
    flatten(via)
      .slice(-1)
      .some(({ fn, event }) =>
        summaries.get(fn)?.acquires.some(({ lock, site }) => site.event === event && isOf(lock, key)),
      );
  return acquires.filter((acquire) => isOf(acquire.lock, key) && !isCounted(acquire));
}

/** Why interrupts should be off around another section, which begins in a function or in one of its callers. */
export function underOther(name: string, holder: string): string {
  const whose = name === holder ? '' : ` of ${holder}()`;
  return `${name}() takes the lock under another one${whose}, which others take with interrupts disabled`;
}

export function sectionsOf(
  fn: FunctionRef,
  acquires: readonly AcquireEffect[],
  releases: readonly LockUse[],
): readonly Section[] {
  let sections: Section[] = acquires
    .filter(({ transient }) => !transient)
    .map((acquire) => ({ acquires: [acquire], releases: [] }));
  for (const release of releases) {
    const ended = new Set<EventId>();
    for (const { held } of release.locksets) {
      const lock = held[matchHeld(held, release.lock)];
      if (lock?.site.fn === fn) ended.add(lock.site.event);
    }
    const tied = sections.filter((section) => section.acquires.some(({ site }) => ended.has(site.event)));
    if (tied.length === 0) continue;
    const merged: Section = {
      acquires: tied.flatMap((section) => section.acquires),
      releases: [...tied.flatMap((section) => section.releases), release],
    };
    sections = [...sections.filter((section) => !tied.includes(section)), merged];
  }
  return sections;
}

export function addSection(into: Section, section: Section): void {
  into.acquires.push(...section.acquires);
  into.releases.push(...section.releases);
}

/** Whether the caller's lock was released earlier and is reacquired here. */
export function isRetaken({ lock, locksets }: AcquireEffect): boolean {
  return locksets.some(isRetaking(lock));
}

/** Whether a kernel function takes the lock and releases it, and allocates nothing there. */
export function isWithinCall(models: Models, { api, site, transient }: AcquireEffect): boolean {
  const row = models.lockApi(api);
  return transient && site.via === undefined && row?.op === 'transient' && row.gfpArg === undefined;
}

/** Selects the paths on which the caller's lock was released earlier. */
export function isRetaking(lock: LockRef): (lockset: Lockset) => boolean {
  return ({ released }) => released.some((one) => one.term.key === lock.term.key);
}

/** Whether the function returns with one of these locks held. */
export function leavesHeld({ fn, rawExits }: FunctionSummary, { acquires }: Section): boolean {
  const events = new Set<EventId>(acquires.map(({ site }) => site.event));
  return rawExits.some(({ acquired }) =>
    acquired.some(({ site }) => site.fn === fn && events.has(site.event)),
  );
}

/** Compares without the subclass, which a release does not name. */
export function isOf(lock: LockRef, key: string): boolean {
  return wholeClassOf(lock) === withoutSubclass(key);
}
