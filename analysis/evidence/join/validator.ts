import type { ValidatorState } from './joined.js';
import type { EventKind, LogEvent, SourceEvidence } from '../read/types.js';

/** Reports after which lockdep disables itself. */
const LAST_WORDS: ReadonlySet<EventKind> = new Set([
  'circular',
  'recursive',
  'inconsistent-state',
  'irq-inversion',
  'safe-unsafe',
  'wait-context',
  'held-at-exit',
  'held-freed',
]);

/** The usual reason why it disables itself. */
export const FIRST_REPORT = 'lockdep stops at its first report';

function stops({ kind, headline }: LogEvent): boolean {
  // A worker checks its work item itself and leaves lockdep on.
  if (headline.includes('workqueue leaked')) return false;
  return LAST_WORDS.has(kind) || headline.includes('unlock balance');
}

/**
 * Whether the validator ran, and until when. After its first report, after a table overflow, or if it is not compiled
 * in, its silence proves nothing.
 */
export function validatorState(sources: readonly SourceEvidence[]): ValidatorState {
  const reasons: string[] = [];
  const stoppedAt = new Map<string, number>();
  let proving = false;
  let absent = false;
  let isWatched = false;
  for (const { file, validator, events, classes, dependencies, inputs } of sources) {
    for (const note of validator) {
      proving ||= note.says === 'proving';
      absent ||= note.says === 'absent';
      const isFirst = note.says !== 'stopped' || !stoppedAt.has(file);
      if (note.says === 'stopped' && isFirst) stoppedAt.set(file, note.line);
      if (isFirst && reasons.length < 12)
        reasons.push(`${note.line > 0 ? `${file}:${note.line}` : file} ${note.text}`);
    }
    const last = events.find(stops);
    if (last && last.line < (stoppedAt.get(file) ?? Infinity)) {
      stoppedAt.set(file, last.line);
      reasons.push(`${file}:${last.line} ${FIRST_REPORT}`);
    }
    // Any lock debugging lists classes; only order checking records dependencies.
    proving ||= last !== undefined || (classes.length > 0 && dependencies.length > 0);
    isWatched ||= inputs.has('kernel-log') || inputs.has('lockdep-stats');
  }
  const verdict = proving ? 'proving' : absent ? 'off' : 'unknown';
  return { verdict, isWatched, reasons, stoppedAt };
}

/** Whether the absence of a report from a source (or from all) proves that something did not happen. */
export function isSilenceEvidence(state: ValidatorState, file?: string): boolean {
  if (state.verdict !== 'proving') return false;
  return file === undefined ? state.stoppedAt.size === 0 : !state.stoppedAt.has(file);
}
