import { BOUNDS } from '../../../base/bounds.js';
import { hashText } from '../../../base/hash.js';
import { KnownCallers } from '../../../graph/sight/callers.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { FunctionRef } from '../../../link/types.js';
import { SPINNING_KINDS } from '../../../models/records/kinds.js';
import type { Models } from '../../../models/types.js';
import { calleeName, eventAt } from '../../../skeleton/lowering/events.js';
import { designated } from '../../../summaries/locks/terms.js';
import type { Site } from '../../../summaries/state/types.js';
import type { FileOutline } from '../../../outline/types.js';
import { Probing } from '../../../graph/feasibility/probing.js';
import type { SwitchPlan } from '../../../graph/interrupts/sections.js';
import type { ProvenUse, Usage } from '../../../graph/interrupts/usage.js';
import { tellChain } from '../../story/chain.js';
import type { CheckContext } from '../../engine/check.js';
import type { Turns } from '../../engine/turns.js';
import { locationOf, shown, siteNames, tellEntry, witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';

/** A call that gives a lock to an object whose users take it in hardware interrupts. */
interface Giving {
  readonly key: string;
  readonly api: string;
  readonly site: Site;
  /** Whether the lock is held there. */
  readonly isHeld: boolean;
}

/**
 * Reports locks that code gives to an object which others use, in interrupts too, and holds with interrupts enabled. Those
 * others are not in sight: that the lock keeps interrupts away is what the call demands. Not for classes of which a handler in sight
 * has been reported.
 */
export function* givenLocks(
  context: CheckContext,
  usage: Usage,
  turns: Turns,
  judge: {
    readonly has: (key: string) => boolean;
    readonly planGiven: (key: string) => SwitchPlan;
  },
): Generator<Finding> {
  const told = new Set<string>();
  const { facts } = context.collected.program;
  for (const [file, functions] of facts.of(givingIn)) {
    if (!turns.has(`given ${file}`)) continue;
    for (const giving of givingOf(context, file, functions)) {
      const { key, isHeld } = giving;
      if (told.has(key) || judge.has(key)) continue;
      told.add(key);
      if (isHeld) continue;
      const outer = heldOpen(context, usage, key);
      if (outer === undefined) continue;
      const finding = report(context, giving, outer);
      context.switchPlans.set(finding.id, () => judge.planGiven(key));
      yield finding;
    }
  }
}

/** The functions of a file that give such a lock, by name. */
function givingIn({ functions }: FileOutline, models: Models): readonly number[] | undefined {
  const giving = functions.flatMap(({ calls }, index) =>
    calls.some((name) => models.lockGiven(name)?.irqSafe === true) ? [index] : [],
  );
  return giving.length === 0 ? undefined : giving;
}

function* givingOf(
  { around, collected: { program } }: CheckContext,
  file: string,
  functions: readonly number[],
): Generator<Giving> {
  const { classes, models } = around;
  for (const index of functions) {
    const fn: FunctionRef | undefined = program.functionAt(file, index);
    const summary = fn && around.summaryOf(fn);
    if (fn !== undefined && summary === undefined) program.demand(fn, 'path');
    for (const { site, args, locksets } of summary?.calls ?? []) {
      if (site.via !== undefined) continue;
      const api = calleeName(eventAt(program.skeleton(site.fn), site.event)) ?? '';
      const given = models.lockGiven(api);
      const lock = given?.irqSafe === true ? args[given.lockArg] : undefined;
      const found = lock && classes.classOf(designated(lock), 'spinlock', 0, file);
      if (found === undefined || !('key' in found)) continue;
      // What is made under the lock may be done with it before others see it.
      const isHeld = locksets.some(({ held }) => held.some((one) => keyOf(one) === found.key));
      yield { key: found.key, api, site, isHeld };
    }
  }
}

/** A place that takes a class with interrupts enabled, if possible one that certainly does. */
function heldOpen(
  { around, collected, focus }: CheckContext,
  usage: Usage,
  key: string,
): ProvenUse | undefined {
  const info = around.classes.info(key);
  if (info === undefined || info.generic || !SPINNING_KINDS.has(info.kind)) return undefined;
  const open: ProvenUse[] = [];
  const probing = new Probing(around, new KnownCallers(collected));
  for (const use of usage.enabled(key, 'hardirq')) {
    if (focus !== undefined && !use.steps.some((step) => focus.has(step.fn.file))) continue;
    if (use.entry === undefined || use.arrived.lock?.key === undefined) continue;
    // No object has the lock before the device is there.
    if (probing.isEarly(use.steps)) continue;
    open.push(use);
    if (use.steps.length === 1 || open.length >= BOUNDS.inversionWitnesses) break;
  }
  const sure = open.filter(isSure);
  return (sure.length > 0 ? sure : open).sort((a, b) => a.steps.length - b.steps.length)[0];
}

/** Whether nothing but the way into one callee decides whether the place is reached. */
function isSure({ entry, steps }: ProvenUse): boolean {
  return entry?.confidence === 'high' && steps.length <= 2;
}

function report(context: CheckContext, { key, api, site }: Giving, outer: ProvenUse): Finding {
  const { classes } = context.around;
  const { entry, steps, arrived } = outer;
  const name = shown(classes, key);
  const own = steps.filter((step) => step.fn.file === outer.root.file).at(-1) ?? steps[0] ?? site;
  return {
    id: hashText(['irq-inversion', 'given', key].join('\n')),
    rule: 'irq-inversion',
    severity: 'error',
    confidence: isSure(outer) ? 'high' : 'medium',
    message: `takes ${name} with interrupts enabled; ${api}() gives it to an object that interrupt handlers may use: a deadlock if one does so on the same CPU`,
    at: locationOf(own),
    locks: [name],
    story: [
      ...(entry === undefined ? [] : [tellEntry(entry, 0)]),
      ...tellChain(classes, steps, `takes ${name} with interrupts enabled`, 0, { held: arrived.held }),
      ...tellChain(classes, [site], `gives ${name} to an object that interrupt handlers may use`, 1),
    ],
    assumes: [
      {
        reason: 'handler',
        text: `interrupt handlers elsewhere take the lock of the objects that ${site.fn.name}() makes`,
      },
    ],
    witnesses: [witnessId(['irq-inversion', 'given', key, ...siteNames(steps)])],
    evidence: [],
    fixes: [],
  };
}
