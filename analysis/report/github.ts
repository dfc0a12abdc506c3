import type { Finding, Severity } from '../checks/types.js';
import { actor, describeStep } from './text.js';

const LEVEL: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'notice' };

/** `--format github`: workflow commands that GitHub shows at the lines of a pull request. */
export function renderGithub(findings: readonly Finding[]): string {
  return findings.map((finding) => `${command(finding)}\n`).join('');
}

function command(finding: Finding): string {
  const { at } = finding;
  const properties = [
    ['file', at.file],
    ['line', at.line],
    ['endLine', at.endLine],
    ['col', at.column],
    ['endColumn', at.endColumn],
    ['title', `${finding.rule} (${finding.confidence} confidence)`],
  ]
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(',');
  const steps = finding.story.map((step) => `${step.file}:${step.line} ${actor(step)}${describeStep(step)}`);
  return `::${LEVEL[finding.severity]} ${properties}::${escapeData([finding.message, ...steps].join('\n'))}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
