import type { Finding, Progress } from '../../analysis/checks/types.js';
import type { Fixer, FixResult } from '../../analysis/workspace/fixes.js';
import type { Snapshot } from '../../analysis/workspace/index.js';
import { DROPPED, type Scheduler, type Task } from './scheduling.js';

/** Pause in typing before the search for fixes, in milliseconds. */
const REST_MS = 150;

/** What to search for. */
export interface FixSearch {
  readonly fixer: Fixer;
  readonly snapshot: Snapshot;
  readonly findings: readonly Finding[];
  /** Whether a caller waits for the fixes of a finding: it goes first. */
  readonly isAskedFor: (id: string) => boolean;
  readonly take: (finding: Finding, fixes: FixResult) => void;
  /** All were processed. */
  readonly done: () => void;
  readonly fail: (reason: unknown) => void;
}

/**
 * Finds and verifies fixes in idle time, so that the light bulb only looks them up. One per root; a restart
 * drops the current search.
 */
export class IdleFixes {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private task: Task<unknown> | undefined;
  private begin: (() => void) | undefined;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly priority: number,
  ) {}

  /** Finds fixes for some findings and reports them one by one. */
  start(search: FixSearch): void {
    this.drop();
    const begin = (): void => {
      clearTimeout(this.timer);
      this.begin = undefined;
      this.task = this.scheduler.run(this.priority, all(search));
      this.task.result.then((result) => result === DROPPED || search.done(), search.fail);
    };
    this.begin = begin;
    this.timer = setTimeout(begin, REST_MS);
    if (search.findings.some(({ id }) => search.isAskedFor(id))) begin();
  }

  /** A caller waits: starts now, if there is anything to start with. */
  hurry(): void {
    this.begin?.();
  }

  drop(): void {
    clearTimeout(this.timer);
    this.task?.drop();
    // Finished work keeps references to its input.
    this.timer = this.task = this.begin = undefined;
  }
}

function* all({ fixer, snapshot, findings, isAskedFor, take }: FixSearch): Generator<Progress, void> {
  const left = new Set(findings);
  // The next question about a lock is answered from this.
  if (!findings.some(({ id }) => isAskedFor(id))) yield* snapshot.analysis.inspection.prepare();
  for (;;) {
    const [next] = [...left].sort((a, b) => Number(isAskedFor(b.id)) - Number(isAskedFor(a.id)));
    if (!next) break;
    left.delete(next);
    take(next, yield* fixer.fixesOf(next, snapshot));
    yield { stage: 'fix', done: findings.length - left.size, total: findings.length };
  }
  yield* snapshot.analysis.inspection.prepare();
}

/** Findings with the fixes found for them. */
export function withFixes(
  findings: readonly Finding[],
  results: ReadonlyMap<string, FixResult>,
): readonly Finding[] {
  return findings.map((finding) => {
    const fixes = results.get(finding.id)?.fixes ?? [];
    return fixes.length + finding.fixes.length > 0 ? { ...finding, fixes } : finding;
  });
}
