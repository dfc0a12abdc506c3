import type { Finding, StoryStep } from '../../../analysis/checks/types.js';

export function step(path: number, file: string, line: number, held: readonly string[] = []): StoryStep {
  const text = 'takes lock';
  return { path, file, line, column: 2, endLine: line, endColumn: 9, function: 'f', text, held };
}

/** A finding at the first step of its story. */
export function finding(id: string, story: readonly StoryStep[], more: Partial<Finding> = {}): Finding {
  const { file, line, column, endLine, endColumn } = story[0] ?? step(0, 'a.c', 1);
  return {
    id,
    rule: 'lock-order-cycle',
    severity: 'error',
    confidence: 'high',
    message: `message of ${id}`,
    at: { file, line, column, endLine, endColumn, function: 'f' },
    locks: [],
    story,
    assumes: [],
    witnesses: [],
    evidence: [],
    fixes: [],
    ...more,
  };
}
