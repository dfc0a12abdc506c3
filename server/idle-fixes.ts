import type { Finding, Progress } from '../analysis/checks/types.js';
import type { Fixer, FixResult } from '../analysis/workspace/fixes.js';
import type { Snapshot } from '../analysis/workspace/index.js';
import { DROPPED, type Scheduler, type Task } from './scheduling.js';

/** How long nothing must have been typed before fixes are looked for, in milliseconds. */
const REST_MS = 150;

/**
 * Finds and verifies fixes when nothing else is to be done, so that the light bulb only looks them up. One
 * per root; starting anew drops what was going on.
 */
export class IdleFixes {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private task: Task<unknown> | undefined;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly priority: number,
  ) {}

  /** Looks for fixes of some findings of a result, and hands all of them over at once. */
  start(
    fixer: Fixer,
    snapshot: Snapshot,
    findings: readonly Finding[],
    take: (fixes: ReadonlyMap<string, FixResult>) => void,
    fail: (reason: unknown) => void,
  ): void {
    this.drop();
    this.timer = setTimeout(() => {
      const task = this.scheduler.run(this.priority, all(fixer, snapshot, findings));
      this.task = task;
      task.result.then((fixes) => {
        if (fixes !== DROPPED && findings.length > 0) take(fixes);
      }, fail);
    }, REST_MS);
  }

  drop(): void {
    clearTimeout(this.timer);
    this.task?.drop();
    // What was done holds all that it was done with.
    this.timer = this.task = undefined;
  }
}

function* all(
  fixer: Fixer,
  snapshot: Snapshot,
  findings: readonly Finding[],
): Generator<Progress, ReadonlyMap<string, FixResult>> {
  // Whoever points at a lock next is answered from this.
  yield* snapshot.analysis.inspection.prepare();
  const results = new Map<string, FixResult>();
  for (const finding of findings) results.set(finding.id, yield* fixer.fixesOf(finding, snapshot));
  return results;
}

/** Findings with the fixes that were found for them. */
export function withFixes(
  findings: readonly Finding[],
  results: ReadonlyMap<string, FixResult>,
): readonly Finding[] {
  return findings.map((finding) => {
    const fixes = results.get(finding.id)?.fixes ?? [];
    return fixes.length + finding.fixes.length > 0 ? { ...finding, fixes } : finding;
  });
}
