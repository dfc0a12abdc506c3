import { visible } from '../../base/visible.js';
import type { Location } from '../../base/span.js';
import type { Finding, Severity } from '../../checks/types.js';
import { actor, describeStep } from './text.js';

const LEVEL: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note' };

/**
 * `check`: one line per finding and per step of its story, in a compiler's format. `pathOf` converts a path
 * relative to the root into the one to print.
 */
export function renderGcc(findings: readonly Finding[], pathOf = (file: string): string => file): string {
  return findings.map((finding) => renderOne(finding, pathOf)).join('');
}

function renderOne(finding: Finding, pathOf: (file: string) => string): string {
  const place = ({ file, line, column }: Location): string => `${pathOf(file)}:${line}:${column}`;
  const { at, severity, message, rule } = finding;
  const notes = finding.story.map((step) => `${place(step)}: note: ${actor(step)}${describeStep(step)}`);
  const also = (finding.also ?? []).map(
    (other) => `${place(other)}: note: ${other.function}() leads to the same bug`,
  );
  return [`${place(at)}: ${LEVEL[severity]}: ${message} [${rule}]`, ...notes, ...also]
    .map((line) => `${visible(line)}\n`)
    .join('');
}
