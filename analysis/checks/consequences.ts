import { lesser, type Confidence } from '../base/confidence.js';
import type { ClassTable } from '../effects/locks.js';
import { sidesOf } from './lock-order-cycle.js';
import { shown } from './story.js';
import type { Finding } from './types.js';

/**
 * Without cycles that need a call under a lock which the callee takes again: nobody gets any further there, and the
 * call is one mistake. Without a call that sleeps under a lock, either, where what it waits for never ends.
 */
export function withoutConsequences(findings: readonly Finding[], classes: ClassTable): Finding[] {
  const blamed = new Map<string, Confidence>();
  const waits = new Map<string, Confidence>();
  for (const finding of findings) {
    if (finding.rule === 'self-deadlock')
      for (const call of callsUnder(finding)) noteBest(blamed, call, finding.confidence);
    else if (finding.rule === 'wait-deadlock') noteBest(waits, placeOf(finding.at), finding.confidence);
  }
  return findings.filter(
    (finding) =>
      !isConsequence(finding, blamed, classes) &&
      !(finding.rule === 'sleep-in-atomic' && isBelieved(waits.get(placeOf(finding.at)), finding)),
  );
}

function noteBest(into: Map<string, Confidence>, key: string, confidence: Confidence): void {
  const known = into.get(key);
  if (known === undefined || lesser(known, confidence) === known) into.set(key, confidence);
}

/** Another finding is believed no less than this one. */
function isBelieved(other: Confidence | undefined, { confidence }: Finding): boolean {
  return other !== undefined && lesser(other, confidence) === confidence;
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
        return isBelieved(blamed.get(`${call} ${shown(classes, from)}`), cycle);
      }),
    ),
  );
}
