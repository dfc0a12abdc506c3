import { savedBy } from '../../../summaries/state/context.js';
import { lockFunctionAt } from '../../../summaries/solver/lock-functions.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import type { FunctionSummary, LockRef, Lockset } from '../../../summaries/state/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import {
  isOf,
  sectionsOf,
  type Section,
  type SwitchedCall,
  type SwitchedSection,
  type SwitchPlan,
} from '../../../graph/interrupts/sections.js';
import { irqForm, STRENGTH, type IrqForm } from '../../../models/variants.js';
import type { EventId } from '../../../skeleton/types.js';

/**
 * Plan for a section whose release enables interrupts too early: a plain acquire and release if the function
 * itself has interrupts off on all paths, otherwise the variant that saves their state.
 */
export function keepOff(
  around: Surroundings,
  summary: FunctionSummary,
  event: EventId,
  lock: LockRef,
): SwitchPlan {
  const section = sectionWith(summary, event, lock);
  if (section === undefined) return { reason: 'the acquisition of the lock is not known' };
  const isOff = ({ context }: Lockset): boolean => context.irq === 'off';
  const form = section.acquires.every(({ locksets }) => locksets.every(isOff)) ? 'plain' : 'save';
  return rewritten(around, summary, lock, section, form);
}

/** Plan that gives the inner of two sections sharing one flags variable a variable of its own. */
export function ownState(
  around: Surroundings,
  summary: FunctionSummary,
  event: EventId,
  lock: LockRef,
): SwitchPlan {
  const section = sectionWith(summary, event, lock);
  if (section === undefined) return { reason: 'the release of the lock is not known' };
  return rewritten(around, summary, lock, section, 'save');
}

/**
 * Plan that brings a section's acquires and releases into one form: the acquire's form if some release matches it,
 * otherwise the stronger of the two.
 */
export function matching(
  around: Surroundings,
  summary: FunctionSummary,
  event: EventId,
  lock: LockRef,
): SwitchPlan {
  const section = sectionWith(summary, event, lock);
  const taken = new Set(section?.acquires.map(({ api }) => formOf(around, api)));
  const [own] = taken;
  if (section === undefined || own === undefined || taken.size > 1)
    return { reason: 'the lock is taken differently on different paths' };
  const released = section.releases.map(({ api }) => formOf(around, api) ?? 'plain');
  const strongest = [own, ...released].reduce((a, b) => (STRENGTH.indexOf(b) > STRENGTH.indexOf(a) ? b : a));
  const agree = released.includes(own);
  // Only the release implies that interrupts were on, so the state is unknown.
  const form = agree ? own : strongest === 'irq' && own !== 'irq' ? 'save' : strongest;
  const all = [...section.acquires, ...section.releases];
  const model = all.find(({ api }) => formOf(around, api) === form);
  const calls: SwitchedCall[] = [];
  for (const { api, site } of all) {
    if (formOf(around, api) === form) continue;
    const by = lockFunctionAt(around.summaryOf(site.fn), site);
    if (by !== undefined) return { reason: `the lock is released inside ${by.name}()` };
    calls.push({ fn: site.fn, at: site.span, api, form, ...(model ? { pairedWith: model.site.span } : {}) });
  }
  return { calls, section: sectionOf(lock, section, form) };
}

/** The section whose body must be checked for obstacles before it runs in this form. */
function sectionOf(lock: LockRef, { acquires }: Section, form: IrqForm): SwitchedSection {
  const begins = acquires.map(({ api, site }): SwitchedCall => ({ fn: site.fn, at: site.span, api, form }));
  return { key: keyOf(lock) ?? '', begins };
}

/** Plan that replaces disabling and enabling interrupts by hand with saving and restoring their state. */
export function savedByHand(around: Surroundings, summary: FunctionSummary): SwitchPlan {
  const switches = summary.apis.filter(({ api, site }) => {
    const model = around.models.api(api);
    return model?.context === 'irq' && site.via === undefined;
  });
  const off = switches.filter(({ api }) => around.models.api(api)?.change === 'disable');
  const on = switches.filter(({ api }) => around.models.api(api)?.change === 'enable');
  if (off.length !== 1 || off.length + on.length !== switches.length)
    return { reason: `${summary.fn.name}() does not disable interrupts exactly once` };
  return {
    calls: switches.map(({ api, site }) => ({
      fn: site.fn,
      at: site.span,
      api,
      form: 'save',
      needsOwnState: true,
    })),
  };
}

function formOf({ models }: Surroundings, name: string): IrqForm | undefined {
  const api = models.lockApi(name);
  return api && irqForm(api);
}

function sectionWith(summary: FunctionSummary, event: EventId, lock: LockRef): Section | undefined {
  const key = keyOf(lock) ?? '';
  const acquires = summary.acquires.filter((acquire) => isOf(acquire.lock, key));
  const releases = summary.uses.filter((use) => use.k === 'release' && isOf(use.lock, key));
  return sectionsOf(summary.fn, acquires, releases).find((section) =>
    [...section.acquires, ...section.releases].some(({ site }) => site.event === event),
  );
}

function rewritten(
  { models }: Surroundings,
  summary: FunctionSummary,
  lock: LockRef,
  section: Section,
  form: IrqForm,
): SwitchPlan {
  const { fn } = summary;
  const { acquires, releases } = section;
  const saves = acquires.some(({ locksets }) =>
    locksets.some(({ context }) => savedBy(context, fn).length > 0),
  );
  // The end of a guard's scope has no call to change.
  const written = releases.filter(({ api }) => models.lockApi(api)?.op === 'release');
  const calls: SwitchedCall[] = [];
  for (const { api, site } of [...acquires, ...written]) {
    const by = lockFunctionAt(summary, site);
    if (by !== undefined) return { reason: `the lock is taken or released inside ${by.name}()` };
    if (models.irqVariant(api, form) === undefined) return { reason: `${api}() has no other variant` };
    calls.push({ fn: site.fn, at: site.span, api, form, ...(saves ? { needsOwnState: true } : {}) });
  }
  return { calls, section: sectionOf(lock, section, form) };
}
