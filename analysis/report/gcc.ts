import type { Finding, Severity } from '../checks/types.js';
import { actor, describeStep } from './text.js';

const LEVEL: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note' };

/** `check`: one line per finding and per step of its story, as compilers print them. */
export function renderGcc(findings: readonly Finding[]): string {
  return findings.map(renderOne).join('');
}

function renderOne(finding: Finding): string {
  const { at } = finding;
  const head = `${at.file}:${at.line}:${at.column}: ${LEVEL[finding.severity]}: ${finding.message} [${finding.rule}]`;
  const notes = finding.story.map(
    (step) => `${step.file}:${step.line}:${step.column}: note: ${actor(step)}${describeStep(step)}`,
  );
  return [head, ...notes].map((line) => `${line}\n`).join('');
}
