import type { Progress } from '../../base/progress.js';
import { lesser, type Confidence } from '../../base/confidence.js';
import type { Site } from '../../summaries/state/types.js';
import { sharedCalls } from '../../graph/edges/call-steps.js';
import { provenWays } from '../story/proven-ways.js';
import type { SelfDeadlocks } from '../rules/self-deadlock/self-deadlock.js';
import type { Finding } from '../types.js';

/** Removes sleeps under a lock if the wait never ends: the deadlock is the worse bug. */
export function withoutConsequences(findings: readonly Finding[]): Finding[] {
  const waits = new Map<string, Confidence>();
  for (const { rule, at, confidence } of findings)
    if (rule === 'wait-deadlock') noteBest(waits, placeOf(at), confidence);
  return findings.filter(
    (finding) =>
      finding.rule !== 'sleep-in-atomic' || !isBelieved(waits.get(placeOf(finding.at)), finding.confidence),
  );
}

/**
 * Whether a cycle contains a call under a lock that the callee acquires again, on every path to one of its orders.
 * Execution never gets past that call, which is one bug with at least the cycle's confidence.
 */
export function* needsSelfDeadlock(cycle: Finding, deadlocks: SelfDeadlocks): Generator<Progress, boolean> {
  for (const ways of provenWays.get(cycle) ?? []) {
    const from = ways[0]?.from;
    if (from === undefined) continue;
    const blamed = new Map<string, Confidence>();
    for (const finding of yield* deadlocks.of(from))
      for (const call of callsUnder(finding)) noteBest(blamed, call, finding.confidence);
    const isBlamed = ({ fn, span }: Site): boolean =>
      isBelieved(blamed.get(placeOf({ file: fn.file, ...span })), cycle.confidence);
    if (blamed.size > 0 && ways.every(({ steps }) => steps.slice(0, -1).some(isBlamed))) return true;
  }
  return false;
}

function noteBest(into: Map<string, Confidence>, key: string, confidence: Confidence): void {
  const known = into.get(key);
  if (known === undefined || lesser(known, confidence) === known) into.set(key, confidence);
}

/** Whether another finding has at least this one's confidence. */
function isBelieved(other: Confidence | undefined, confidence: Confidence): boolean {
  return other !== undefined && lesser(other, confidence) === confidence;
}

function placeOf({ file, line, column }: { file: string; line: number; column: number }): string {
  return `${file}:${line}:${column}`;
}

/** The calls during which the finding's lock is held, by place. */
function callsUnder(finding: Finding): readonly string[] {
  const [side] = provenWays.get(finding)?.[0] ?? [];
  if (side === undefined) return [];
  const calls = side.steps.slice(sharedCalls(side.steps, side.holdSteps), -1);
  return calls.map(({ fn, span }) => placeOf({ file: fn.file, ...span }));
}
