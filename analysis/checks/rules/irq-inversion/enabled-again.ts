import { folderOf } from '../../../base/paths.js';
import { hashText } from '../../../base/hash.js';
import type { FunctionSummary, HeldLock, Lockset, Site } from '../../../summaries/state/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { Interrupt, ProvenUse, Usage } from '../../../graph/interrupts/usage.js';
import { tellChain } from '../../story/chain.js';
import type { CheckContext } from '../../engine/check.js';
import { locationOf, shown, siteNames, witnessId } from '../../story/story.js';
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
}

/** Places that enable interrupts of one kind under a lock, keyed by lock class. */
export function enabledUnder(
  { around, collected, focus }: CheckContext,
  interrupt: Interrupt,
): ReadonlyMap<string, readonly Enabling[]> {
  const places = new Map<string, Enabling[]>();
  const { models } = around;
  // irq-state reports locks whose acquire function itself disables interrupts.
  const isPlain = (lock: HeldLock): boolean => {
    const api = models.lockApi(lock.api);
    return api?.atomic === true && api.irq === undefined && api.bh !== true;
  };
  for (const summary of collected.summaries.values()) {
    if (focus?.has(summary.fn.file) === false) continue;
    for (const { api, site, locksets } of summary.apis) {
      const model = models.api(api);
      if (model?.change !== 'enable' || site.via !== undefined) continue;
      const open = locksets.filter((lockset) => comesOn(lockset, model.context, interrupt));
      const [lockset] = open;
      for (const holds of lockset?.held ?? []) {
        const key = keyOf(holds);
        if (lockset === undefined || key === undefined || !isPlain(holds) || holds.site.fn !== summary.fn)
          continue;
        const isAlways =
          holds.certain &&
          open.length === locksets.length &&
          open.every(({ held }) => held.some((one) => one.term.key === holds.term.key));
        const place = { summary, api, site, holds, held: lockset.held, isAlways };
        places.set(key, [...(places.get(key) ?? []), place]);
      }
    }
  }
  return places;
}

function comesOn({ context }: Lockset, switched: string | undefined, interrupt: Interrupt): boolean {
  if (switched === 'irq') return context.irq === 'off' && (interrupt === 'hardirq' || context.bh <= 0);
  return switched === 'bh' && interrupt === 'softirq' && context.bh === 1 && context.irq !== 'off';
}

/** Reports such a place together with a handler that takes the lock. */
export function reportEnabled(
  context: CheckContext,
  usage: Usage,
  key: string,
  interrupt: Interrupt,
  { summary, api, site, holds, held, isAlways }: Enabling,
): Finding | undefined {
  const { classes } = context.around;
  const { fn } = summary;
  const inner: ProvenUse | undefined = usage
    .taken(key, interrupt)
    .find((use) => use.root !== fn && !(use.mode === 'read' && holds.mode === 'read'));
  if (inner === undefined) return undefined;
  const isNear = folderOf(inner.root.file) === folderOf(fn.file) && inner.steps.length <= 2;
  const isSure = isAlways && isNear && summary.gaps.length === 0 && classes.info(key)?.generic !== true;
  const name = shown(classes, key);
  const off = interrupt === 'hardirq' ? 'interrupts' : 'bottom halves';
  const title = inner.entry?.title ?? 'a handler';
  return {
    id: hashText(['irq-inversion', key, interrupt, fn.file, fn.name, 'enabled'].join('\n')),
    rule: 'irq-inversion',
    severity: 'error',
    confidence: isSure && inner.entry?.confidence === 'high' ? 'high' : 'medium',
    message: `${api}() enables ${off} while ${name} is held; ${inner.root.name}(), ${title}, takes it: a deadlock if it fires on the same CPU`,
    at: locationOf(site),
    locks: [name],
    story: [
      ...tellChain(classes, [site], `enables ${off}`, 0, held, [holds]),
      ...tellChain(classes, inner.steps, `takes ${name} in ${title}`, 1, inner.arrived.held),
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
