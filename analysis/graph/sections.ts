import type { Span } from '../base/span.js';
import { matchHeld, withoutSubclass } from '../effects/held.js';
import type { AcquireEffect, Effects, LockRef, LockUse } from '../effects/types.js';
import type { FunctionRef } from '../link/types.js';
import type { IrqForm } from '../models/variants.js';
import type { EventId } from '../summary/types.js';
import { keyOf } from './collect.js';

/** A call that takes or releases a lock and is to switch something else beside it. */
export interface SwitchedCall {
  readonly fn: FunctionRef;
  /** Absolute in `fn.file`. */
  readonly at: Span;
  /** Its name in the models. */
  readonly api: string;
  readonly form: IrqForm;
  /** The interrupt state needs a variable beside those that the function uses already. */
  readonly needsOwnState?: boolean;
  /** The other end of the section, which tells the variable of the interrupt state. */
  readonly pairedWith?: Span;
}

/** Everything that has to change for a finding to be gone; else why it cannot be said. */
export type SwitchPlan = SwitchedCalls | { readonly reason: string };

/** The reason where every place is as it should be. */
export const NOTHING_TO_SWITCH = 'no place is known that has to change';

export interface SwitchedCalls {
  readonly calls: readonly SwitchedCall[];
  /** The class that no handler may meet afterwards while it is held. */
  readonly cures?: Cured;
  /** The section that changes, where others of its class are left as they are. */
  readonly section?: SwitchedSection;
}

export interface SwitchedSection {
  readonly key: string;
  /** Its acquisitions, in their form afterwards. */
  readonly begins: readonly SwitchedCall[];
}

/** A class, and what interrupts it. */
export interface Cured {
  readonly key: string;
  readonly interrupt: 'hardirq' | 'softirq';
}

/** Acquisitions of one function that releases tie together: they change together. */
export interface Section {
  readonly acquires: AcquireEffect[];
  readonly releases: LockUse[];
}

export function sectionsOf(
  fn: FunctionRef,
  acquires: readonly AcquireEffect[],
  releases: readonly LockUse[],
): readonly Section[] {
  let sections: Section[] = acquires.map((acquire) => ({ acquires: [acquire], releases: [] }));
  for (const release of releases) {
    const ended = new Set<EventId>();
    for (const { held } of release.moments) {
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

/** The lock of the caller, released before. */
export function isRetaken({ lock, moments }: AcquireEffect): boolean {
  return moments.some(({ released }) => released.some((one) => one.term.key === lock.term.key));
}

/** The function returns with one of these locks held. */
export function leavesHeld({ fn, rawExits }: Effects, { acquires }: Section): boolean {
  const events = new Set<EventId>(acquires.map(({ site }) => site.event));
  return rawExits.some(({ acquired }) =>
    acquired.some(({ site }) => site.fn === fn && events.has(site.event)),
  );
}

/** A release does not name the subclass. */
export function isOf(lock: LockRef, key: string): boolean {
  return withoutSubclass(keyOf(lock) ?? '') === withoutSubclass(key);
}
