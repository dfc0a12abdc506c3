import { visibleJson } from '../../base/visible.js';
import type { Finding } from '../../checks/types.js';
import type { CommitVerdict, PublishedFinding, Report, ScanOutput } from './schema.js';

/** The published form of a finding, keys in the order of schemas/lockorder.scan.schema.json. */
export function publish(finding: Finding): PublishedFinding {
  const { at } = finding;
  return {
    id: finding.id,
    rule: finding.rule,
    severity: finding.severity,
    confidence: finding.confidence,
    message: finding.message,
    at: {
      file: at.file,
      line: at.line,
      column: at.column,
      endLine: at.endLine,
      endColumn: at.endColumn,
      function: at.function,
    },
    locks: [...finding.locks],
    story: finding.story.map((step) => ({
      path: step.path,
      file: step.file,
      line: step.line,
      column: step.column,
      function: step.function,
      text: step.text,
      held: [...step.held],
      ...(step.if === undefined ? {} : { if: step.if }),
    })),
    assumes: finding.assumes.map(({ reason, text }) => ({ reason, text })),
    witnesses: [...finding.witnesses],
    evidence: finding.evidence.map(({ source, verdict }) => ({ source, verdict })),
    fixes: finding.fixes.map(({ title, kind, verified, around, edits }) => ({
      title,
      kind,
      verified,
      ...(around === undefined ? {} : { around }),
      edits: edits.map(({ file, range, newText }) => ({
        file,
        range: {
          startLine: range.startLine,
          startColumn: range.startColumn,
          endLine: range.endLine,
          endColumn: range.endColumn,
        },
        newText,
      })),
    })),
    ...(finding.also === undefined ? {} : { also: finding.also.map((other) => ({ ...other })) }),
  };
}

function publishVerdict({ commit, subject, adds }: CommitVerdict): CommitVerdict {
  return { commit, subject, adds: adds.map((finding) => ({ ...finding })) };
}

/** `scan --format json`: the same bytes for the same report. */
export function renderJson(report: Report): string {
  const output: ScanOutput = {
    version: 1,
    tool: { name: 'lockorder', version: report.version },
    findings: report.findings.map(publish),
    skipped: report.skipped.map(({ file, reason }) => ({ file, reason })),
    unfinished: (report.unfinished ?? []).map((each) => ({ ...each })),
    ...(report.commits ? { commits: report.commits.map(publishVerdict) } : {}),
    ...(report.stats ? { stats: report.stats } : {}),
  };
  return `${visibleJson(JSON.stringify(output, undefined, 2))}\n`;
}
