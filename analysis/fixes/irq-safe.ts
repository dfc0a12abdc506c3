import { shortName } from '../graph/side.js';
import { toFileEdits } from './edits.js';
import { rewriteCalls } from './switch-calls.js';
import type { FixInput, FixOutcome, ProposedFix } from './types.js';

export const IRQ_SAFE = 'irq-safe';

/**
 * Proposes to keep the interrupt away wherever the lock is held and the interrupt may come: every
 * acquisition and release that needs it, in all files, in one edit. Nothing is offered when one of them
 * cannot be changed: half of the repair is none.
 */
export function proposeIrqSafe(input: FixInput): FixOutcome {
  const refused = (reason: string): FixOutcome => ({ fixes: [], refusals: [{ kind: IRQ_SAFE, reason }] });
  const [id = 'the lock'] = input.finding.locks;
  const plan = input.analysis.switchPlan(input.finding.id);
  if (!plan) return refused(`where ${id} is taken is not known`);
  if ('reason' in plan) return refused(plan.reason);
  const written = rewriteCalls(
    input,
    plan.calls.map(({ fn, at, form }) => ({ file: fn.file, at, form })),
  );
  if (typeof written === 'string') return refused(written);
  const names = [...new Set(plan.calls.map(({ fn }) => `${fn.name}()`))];
  const off = plan.calls.every(({ form }) => form === 'bh') ? 'bottom halves' : 'interrupts';
  const edits = [...written.edits]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([file, own]) => toFileEdits(file, input.textOf(file) ?? '', own));
  const fix: ProposedFix = {
    title: `Take ${shortName(id)} with ${off} off in ${listed(names)}`,
    kind: IRQ_SAFE,
    verified: false,
    edits,
    regions: written.regions,
  };
  return { fixes: [fix], refusals: [] };
}

/** `a() and b()`, `a() and 2 other functions`. */
function listed(names: readonly string[]): string {
  const [first = '', second] = names;
  if (second === undefined) return first;
  return names.length === 2 ? `${first} and ${second}` : `${first} and ${names.length - 1} other functions`;
}
