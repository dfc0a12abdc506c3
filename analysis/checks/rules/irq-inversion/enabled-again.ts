import { isByCall } from '../../../summaries/solver/lock-functions.js';
import { folderOf } from '../../../base/paths.js';
import { hashText } from '../../../base/hash.js';
import type {
  AcquireEffect,
  FunctionSummary,
  HeldLock,
  LockRef,
  Lockset,
  LockUse,
  Site,
} from '../../../summaries/state/types.js';
import { inCaller } from '../../../summaries/locks/terms.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { flagsAt } from '../irq-state/flags-use.js';
import type { EventId } from '../../../skeleton/types.js';
import { runsInInterrupt } from '../../../graph/contexts/run-contexts.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { Interrupt } from '../../../graph/interrupts/reached.js';
import type { ProvenUse, Usage } from '../../../graph/interrupts/usage.js';
import { tellChain } from '../../story/chain.js';
import type { CheckContext } from '../../engine/check.js';
import { locationOf, shown, siteNames, tellEntry, witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';

/** A call that enables interrupts while a lock is held, in the function that disabled them before it took the lock. */
interface Enabling {
  readonly summary: FunctionSummary;
  readonly api: string;
  readonly site: Site;
  readonly holds: HeldLock;
  readonly held: readonly HeldLock[];
  /** Whether every path to the call enables interrupts. */
  readonly isAlways: boolean;
  /** For a call that restores the state: the acquisition that saved it. */
  readonly saved?: AcquireEffect;
}

/** Places that enable interrupts of one kind under a lock, keyed by lock class. */
export function enabledUnder(
  { around, focused }: CheckContext,
  interrupt: Interrupt,
): ReadonlyMap<string, readonly Enabling[]> {
  const places = new Map<string, Enabling[]>();
  const { models } = around;
  // irq-state reports locks whose acquire function itself disables interrupts.
  const isPlain = (lock: HeldLock): boolean => {
    const api = models.lockApi(lock.api);
    return api?.atomic === true && api.irq === undefined && api.bh !== true;
  };
  for (const summary of focused()) {
    for (const { api, site, locksets, switched, released, of } of switchesIn(around, summary)) {
      const open = locksets.filter((lockset) => comesOn(lockset, switched, interrupt));
      const [lockset] = open;
      for (const holds of lockset?.held ?? []) {
        const key = keyOf(holds);
        // The lock whose acquisition saved the state is still held, while another one's release restores it.
        const isSaver =
          of !== undefined && of.lock.term.key === holds.term.key && released?.key !== holds.key;
        if (lockset === undefined || key === undefined || holds.site.fn !== summary.fn) continue;
        if (holds.term.key === released?.term.key || !(isSaver || isPlain(holds))) continue;
        const isAlways =
          holds.certain &&
          open.length === locksets.length &&
          open.every(({ held }) => held.some((one) => one.term.key === holds.term.key));
        const place = { summary, api, site, holds, held: lockset.held, isAlways, ...(of && { saved: of }) };
        places.set(key, [...(places.get(key) ?? []), place]);
      }
    }
  }
  return places;
}

/** A call that enables interrupts or bottom halves, or restores the state in which a lock was taken. */
interface Switched extends Pick<LockUse, 'api' | 'site' | 'locksets'> {
  readonly switched: string | undefined;
  /** The lock that the call releases before it enables anything. */
  readonly released?: LockRef;
  readonly of?: AcquireEffect;
}

/** The calls of a function that enable something, and its releases of one lock inside of the section of another. */
function* switchesIn(around: Surroundings, summary: FunctionSummary): Generator<Switched> {
  const { models, program } = around;
  yield* restoredByMacros(around, summary);
  for (const { api, site, locksets } of summary.apis) {
    const model = models.api(api);
    if (model?.change === 'enable' && site.via === undefined)
      yield { api, site, locksets, switched: model.context };
  }
  for (const { k, ended, api, site, lock, locksets } of summary.uses) {
    const model =
      k === 'release' && ended === 'own' && site.via === undefined ? models.lockApi(api) : undefined;
    if (model?.irq === undefined && model?.bh !== true) continue;
    // The arguments of a lock function are not those of the operation.
    if (model.flagsArg !== undefined && isByCall(summary, site)) continue;
    const switched = model.irq === undefined ? 'bh' : 'irq';
    const use = { api, site, locksets, switched, released: lock };
    if (model.irq !== 'restore') yield use;
    else {
      const flagsOf = (id: EventId, arg: number | undefined): string | undefined =>
        arg === undefined ? undefined : flagsAt(program, summary.fn, id, arg);
      const flags = flagsOf(site.event, model.flagsArg);
      const of = summary.acquires.find((one) => {
        const saving = models.lockApi(one.api);
        if (saving?.irq !== 'save') return false;
        const isOwn = one.lock.term.key === lock.term.key;
        return isOwn || (flags !== undefined && flags === flagsOf(one.site.event, saving.flagsArg));
      });
      if (of !== undefined) yield { ...use, of };
    }
  }
}

/**
 * The uses of macros of other files, such as a driver's header, that release the caller's lock and restore the state that its
 * acquisition saved.
 */
function* restoredByMacros(around: Surroundings, summary: FunctionSummary): Generator<Switched> {
  const { models } = around;
  for (const { targets, args, site, locksets } of summary.calls) {
    const [macro, ...others] = targets;
    if (macro?.macro === undefined || others.length > 0 || site.via !== undefined) continue;
    for (const { k, ended, api, lock } of around.summaryOf(macro)?.uses ?? []) {
      if (k !== 'release' || ended !== 'foreign' || models.lockApi(api)?.irq !== 'restore') continue;
      const { key } = inCaller(lock.term, args);
      const [released] = locksets.flatMap(({ held }) => held.filter(({ term }) => term.key === key));
      const of = summary.acquires.find(
        (one) => one.lock.term.key === key && models.lockApi(one.api)?.irq === 'save',
      );
      if (released !== undefined && of !== undefined)
        yield { api, site, locksets, switched: 'irq', released, of };
    }
  }
}

function comesOn({ context }: Lockset, switched: string | undefined, interrupt: Interrupt): boolean {
  // What was saved with interrupts off restores nothing else.
  if ([...context.saved.values()].includes('off')) return false;
  if (switched === 'irq') return context.irq === 'off' && (interrupt === 'hardirq' || context.bh <= 0);
  return switched === 'bh' && interrupt === 'softirq' && context.bh === 1 && context.irq !== 'off';
}

/** Reports such a place together with a handler that takes the lock. */
export function reportEnabled(
  context: CheckContext,
  usage: Usage,
  key: string,
  interrupt: Interrupt,
  { summary, api, site, holds, held, isAlways, saved }: Enabling,
): Finding | undefined {
  const { classes } = context.around;
  const { fn } = summary;
  // While a softirq runs, no other one begins, whatever it enables.
  if (
    interrupt === 'softirq' &&
    runsInInterrupt(context.contexts(), (one) => context.around.program.callers(one), fn)
  )
    return undefined;
  const entry = saved && usage.entered(fn, saved, interrupt);
  if (saved !== undefined && entry === undefined) return undefined;
  const inner: ProvenUse | undefined = usage
    .taken(key, interrupt)
    .find((use) => use.root !== fn && !(use.mode === 'read' && holds.mode === 'read'));
  if (inner === undefined) return undefined;
  const isNear = folderOf(inner.root.file) === folderOf(fn.file) && inner.steps.length <= 2;
  const isSure = isAlways && isNear && summary.gaps.length === 0 && classes.info(key)?.generic !== true;
  const name = shown(classes, key);
  const off = interrupt === 'hardirq' ? 'interrupts' : 'bottom halves';
  const enables = saved === undefined ? 'enables' : 'restores';
  const title = inner.entry?.title ?? 'a handler';
  return {
    id: hashText(['irq-inversion', key, interrupt, fn.file, fn.name, 'enabled'].join('\n')),
    rule: 'irq-inversion',
    severity: 'error',
    confidence:
      isSure && inner.entry?.confidence === 'high' && (entry?.confidence ?? 'high') === 'high'
        ? 'high'
        : 'medium',
    message: `${api}() ${enables} ${off} while ${name} is held; ${inner.root.name}(), ${title}, takes it: a deadlock if it fires on the same CPU`,
    at: locationOf(site),
    locks: [name],
    story: [
      ...(entry === undefined ? [] : [tellEntry(entry, 0)]),
      ...tellChain(classes, [site], `${enables} ${off}`, 0, { held, told: [holds] }),
      ...tellChain(classes, inner.steps, `takes ${name} in ${title}`, 1, { held: inner.arrived.held }),
    ],
    assumes: [
      {
        reason: 'same-instance',
        text: 'the handler and the code it interrupts can refer to the same object',
      },
    ],
    witnesses: [witnessId(['irq-inversion', key, inner.root.name, ...siteNames([site])])],
    evidence: [],
    fixes: [],
  };
}
