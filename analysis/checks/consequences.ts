import { lesser, type Confidence } from '../base/confidence.js';
import type { ClassTable } from '../effects/locks.js';
import { sidesOf } from './lock-order-cycle.js';
import { shown } from './story.js';
import type { Finding } from './types.js';

/**
 * Without cycles that need a call under a lock which the callee takes again: nobody gets any further there, and the
 * call is one mistake.
 */
export function withoutConsequences(findings: readonly Finding[], classes: ClassTable): Finding[] {
  const blamed = new Map<string, Confidence>();
  for (const finding of findings) {
    if (finding.rule !== 'self-deadlock') continue;
    for (const call of callsUnder(finding)) {
      const known = blamed.get(call);
      if (known === undefined || lesser(known, finding.confidence) === known)
        blamed.set(call, finding.confidence);
    }
  }
  return findings.filter((finding) => !isConsequence(finding, blamed, classes));
}

function placeOf({ file, line, column }: { file: string; line: number; column: number }): string {
  return `${file}:${line}:${column}`;
}

/** Calls that the finding's lock is held over. */
function callsUnder({ story, locks }: Finding): readonly string[] {
  const [lock] = locks;
  if (lock === undefined) return [];
  const calls = story.filter(({ text, held }) => text.startsWith('calls ') && held.includes(lock));
  return calls.map((step) => `${placeOf(step)} ${lock}`);
}

/** A cycle of which every way to one order goes through a call that another finding is about, believed no less. */
function isConsequence(
  cycle: Finding,
  blamed: ReadonlyMap<string, Confidence>,
  classes: ClassTable,
): boolean {
  return (sidesOf.get(cycle) ?? []).some((ways) =>
    ways.every(({ steps, from }) =>
      steps.slice(0, -1).some(({ fn, span }) => {
        const call = placeOf({ file: fn.file, line: span.line, column: span.column });
        const known = blamed.get(`${call} ${shown(classes, from)}`);
        return known !== undefined && lesser(known, cycle.confidence) === cycle.confidence;
      }),
    ),
  );
}
