import { shortName } from '../../graph/orders/side.js';
import type { SwitchedCall } from '../../graph/interrupts/sections.js';
import { toFileEdits } from '../text/edits.js';
import { rewriteCalls } from '../moves/switch-calls.js';
import type { FixInput, FixOutcome, ProposedFix } from '../types.js';

export const IRQ_SAFE = 'irq-safe';

/**
 * Proposes to disable the interrupt wherever the lock is held and the interrupt may come: all acquisitions and releases
 * concerned, in all files, in one edit. Refuses if one of them cannot be changed, since half of the repair is none.
 */
export function proposeIrqSafe(input: FixInput): FixOutcome {
  const [id = 'the lock'] = input.finding.locks;
  return proposeSwitches(input, IRQ_SAFE, (calls) => {
    const names = [...new Set(calls.map(({ fn }) => `${fn.name}()`))];
    const off = calls.every(({ form }) => form === 'bh') ? 'bottom halves' : 'interrupts';
    return `Take ${shortName(id)} with ${off} disabled in ${listed(names)}`;
  });
}

/** Proposes to rewrite lock operations in the forms of the finding's plan, all or none. */
export function proposeSwitches(
  input: FixInput,
  kind: string,
  titleOf: (calls: readonly SwitchedCall[]) => string,
): FixOutcome {
  const refused = (reason: string): FixOutcome => ({ fixes: [], refusals: [{ kind, reason }] });
  const plan = input.analysis.switchPlan(input.finding.id);
  if (!plan) return refused('the source does not show what should be switched instead');
  if ('reason' in plan) return refused(plan.reason);
  const written = rewriteCalls(input, plan.calls);
  if (typeof written === 'string') return refused(written);
  const edits = [...written.edits]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([file, own]) => toFileEdits(file, input.textOf(file) ?? '', own));
  const fix: ProposedFix = {
    title: titleOf(plan.calls),
    kind,
    verified: false,
    edits,
    regions: written.regions,
    ...(plan.cures === undefined ? {} : { cures: plan.cures }),
  };
  return { fixes: [fix], refusals: [] };
}

/** `a() and b()`, `a() and 2 other functions`. */
function listed(names: readonly string[]): string {
  const [first = '', second] = names;
  if (second === undefined) return first;
  return names.length === 2 ? `${first} and ${second}` : `${first} and ${names.length - 1} other functions`;
}
