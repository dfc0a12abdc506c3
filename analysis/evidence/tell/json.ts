import type { Evidence, SourcePlace } from '../join/joined.js';
import { SKIP_REASONS, type SourceEvidence } from '../read/types.js';
import { blockedText, verdictOf } from './verdict.js';
import { nextSteps, type AtHand } from './next.js';
import type { EvidenceOutput } from './schema.js';

const placeOf = ({
  function: name,
  file,
  line,
}: SourcePlace): { function: string; file?: string; line?: number } => ({
  function: name,
  ...(file === undefined ? {} : { file }),
  ...(line === undefined ? {} : { line }),
});

/** The output of `evidence --format json`. */
export function renderEvidenceJson(evidence: Evidence, atHand: AtHand): string {
  const output: EvidenceOutput = {
    version: 1,
    verdict: [...verdictOf(evidence)],
    next: [...nextSteps(evidence, atHand)],
    sources: evidence.sources.map((source) => ({
      file: source.file,
      lines: source.lines,
      ...(source.isTorn === true ? { isTorn: true as const } : {}),
      skippedLines: skippedLines(source),
      skipped: [...source.skipped].map(([reason, lines]) => ({ reason: SKIP_REASONS[reason], lines })),
      inputs: [...source.inputs.keys()],
      cutReports: source.events.filter(({ isCut }) => isCut).length,
    })),
    events: evidence.events.map((joined) => ({
      kind: joined.kind,
      headline: joined.event.headline,
      at: { file: joined.source, line: joined.event.line },
      lastLine: joined.event.lastLine,
      ...(joined.event.task ? { task: { name: joined.event.task.name, pid: joined.event.task.pid } } : {}),
      ...(joined.event.cpu === undefined ? {} : { cpu: joined.event.cpu }),
      ...(joined.subject ? { function: joined.subject.function } : {}),
      cause: joined.cause,
      locks: joined.locks.map((lock) => ({
        class: lock.class,
        role: lock.role,
        ...(lock.where ? { where: placeOf(lock.where) } : {}),
      })),
      stack: joined.stack.map(placeOf),
      facts: [...joined.event.facts],
      ...(joined.wait
        ? {
            waitsFor: joined.wait.for,
            ...(joined.wait.through === undefined ? {} : { through: joined.wait.through }),
            heldBy: joined.wait.heldBy,
            ...(joined.wait.isLikely === true ? { likely: true as const } : {}),
          }
        : {}),
      ...(joined.event.isCut ? { isCut: true } : {}),
      explainedBy: [...joined.explainedBy],
      ...(joined.gap === undefined ? {} : { gap: joined.gap }),
    })),
    edges: evidence.edges.map(({ from, to, verdict }) => ({ from, to, verdict })),
    waits: evidence.waits.map((wait) => ({
      task: wait.task,
      for: wait.for,
      heldBy: wait.heldBy,
      ...(wait.isLikely === true ? { likely: true } : {}),
      ...(wait.isHeldUp === true ? { holdsUp: true as const } : {}),
      ...(wait.isWork === true ? { runs: true as const } : {}),
      ...(wait.perhaps ? { perhaps: [...wait.perhaps] } : {}),
      ...(wait.where ? { where: placeOf(wait.where) } : {}),
      ...(wait.through === undefined ? {} : { through: wait.through }),
      ...(wait.work === undefined ? {} : { work: wait.work }),
      ...(wait.seconds === undefined ? {} : { seconds: wait.seconds }),
    })),
    blocked: evidence.blocked.map((group) => ({
      for: group.wait.for,
      tasks: [...group.tasks],
      heldBy: [...group.holders],
      text: blockedText(group),
    })),
    cycles: evidence.cycles.map((cycle) =>
      cycle.map(({ task, for: lock, heldBy }) => ({ task, for: lock, heldBy })),
    ),
    running: evidence.running.map(({ cpu, task, stack }) => ({ cpu, task, stack: stack.map(placeOf) })),
    contention: evidence.contention.map(({ row, class: id, findings }) => ({
      name: row.name,
      by: row.by ?? 'lock',
      ...(id === undefined ? {} : { class: id }),
      contentions: row.contentions,
      waitTotalUs: row.waitTotal,
      waitMaxUs: row.waitMax,
      waiters: [...row.waiters],
      findings: [...findings],
    })),
    interrupts: evidence.interrupts.map(({ row, trouble, count, isRecent, handlers }) => ({
      line: row.name,
      trouble,
      count,
      ...(isRecent ? { recent: true as const } : {}),
      actions: [...row.actions],
      handlers: handlers.map(({ action, where, locks, findings }) => ({
        action,
        ...placeOf(where),
        locks: [...locks],
        findings: [...findings],
      })),
    })),
    validator: {
      verdict: evidence.validator.verdict,
      stoppedAt: [...evidence.validator.stoppedAt].map(([file, line]) => ({ file, line })),
    },
  };
  return `${JSON.stringify(output, undefined, 2)}\n`;
}

export function skippedLines(source: SourceEvidence): number {
  let count = 0;
  for (const lines of source.skipped.values()) count += lines;
  return count;
}
