import type { Site } from '../../../summaries/state/types.js';
import { SectionObstacles } from '../../../graph/interrupts/section-obstacles.js';
import type { SwitchPlan } from '../../../graph/interrupts/sections.js';
import type { FunctionRef } from '../../../link/types.js';
import type { CheckContext } from '../../engine/check.js';
import type { Finding } from '../../types.js';

/** The part of an interrupt-state finding that decides whether it is joined with another one. */
export interface IrqStatePart {
  readonly id: string;
  readonly fn: FunctionRef;
  /** `early`: interrupts are enabled inside a section; `left`: a release does not undo its acquisition. */
  readonly k: 'early' | 'left';
  /** Lock class of the section. */
  readonly key: string;
  /** The call that enables interrupts, or the release. */
  readonly site: Site;
  readonly repair: () => SwitchPlan;
}

/**
 * Joins two mistakes that hide each other: a callee enables interrupts inside a section, and the section's own release
 * would have left them disabled. Repairing only one exposes the other, so they become one finding with one repair.
 */
export function joined(
  findings: readonly Finding[],
  parts: readonly IrqStatePart[],
  context: CheckContext,
): readonly Finding[] {
  const gone = new Set<string>();
  const changed = new Map<string, Finding>();
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  for (const early of parts) {
    if (early.k !== 'early') continue;
    const outer = parts.find((one) => one.k === 'left' && one.fn === early.fn && one.key === early.key);
    const first = byId.get(early.id);
    const second = outer && byId.get(outer.id);
    if (outer === undefined || first === undefined || second === undefined || gone.has(outer.id)) continue;
    context.switchPlans.set(early.id, () =>
      both(withoutObstacle(context, early.repair()), withoutObstacle(context, outer.repair(), early.site.fn)),
    );
    const path = 1 + Math.max(...first.story.map((step) => step.path));
    changed.set(early.id, {
      ...first,
      message: `${first.message}; ${second.message}`,
      story: [...first.story, ...second.story.map((step) => ({ ...step, path }))],
      witnesses: [...first.witnesses, ...second.witnesses],
    });
    gone.add(outer.id);
    // The release in the callee is the same call.
    const inner = parts.find(
      ({ k, fn, site }) => k === 'left' && fn === early.site.fn && site.event === early.site.event,
    );
    if (inner !== undefined) gone.add(inner.id);
  }
  if (gone.size === 0) return findings;
  return findings.flatMap((finding) => (gone.has(finding.id) ? [] : [changed.get(finding.id) ?? finding]));
}

function both(one: SwitchPlan, two: SwitchPlan): SwitchPlan {
  if ('reason' in one) return one;
  if ('reason' in two) return two;
  return { calls: [...one.calls, ...two.calls] };
}

/**
 * The plan, or the reason against it found in the section's body. `rewritten` is a function that the plan also changes.
 */
export function withoutObstacle(
  { around, collected, finder }: CheckContext,
  plan: SwitchPlan,
  rewritten?: FunctionRef,
): SwitchPlan {
  if ('reason' in plan || plan.section === undefined) return plan;
  const { key, begins } = plan.section;
  const doubt = new SectionObstacles(around, collected, finder, rewritten).of(key, begins);
  return doubt === undefined ? plan : { reason: doubt };
}
