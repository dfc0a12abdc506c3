import type { CodeFlow, Fix as SarifFix, Location, Log, ReportingDescriptor, Result, Run } from 'sarif';
import type { FileEdit, Finding, RuleId, Severity, StoryStep } from '../checks/types.js';
import { compareText } from './order.js';
import type { Report } from './schema.js';
import { describeStep, groupBy } from './text.js';
import { ruleTitle } from './titles.js';

const LEVEL: Record<Severity, Result.level> = { error: 'error', warning: 'warning', info: 'note' };
const ROOT_ID = 'ROOT';

/** `--format sarif`: SARIF 2.1.0 with the story as code flows and the verified fixes. */
export function renderSarif(report: Report): string {
  const rules = [...new Set(report.findings.map((finding) => finding.rule))].sort(compareText);
  const run: Run = {
    tool: {
      driver: { name: 'lockorder', version: report.version, rules: rules.map(describeRule) },
    },
    columnKind: 'utf16CodeUnits',
    ...(report.commits ? { properties: { commits: report.commits } } : {}),
    results: report.findings.map((finding) => result(finding, rules)),
    invocations: [
      {
        executionSuccessful: true,
        toolExecutionNotifications: report.skipped.map(({ file, reason }) => ({
          level: 'warning',
          message: { text: `${file}: skipped, ${reason}` },
        })),
      },
    ],
  };
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [run],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function describeRule(rule: RuleId): ReportingDescriptor {
  return { id: rule, shortDescription: { text: ruleTitle(rule) } };
}

function result(finding: Finding, rules: readonly RuleId[]): Result {
  const flows = codeFlows(finding);
  const fixes = finding.fixes.filter((fix) => fix.verified).map(({ title, edits }) => sarifFix(title, edits));
  return {
    ruleId: finding.rule,
    ruleIndex: rules.indexOf(finding.rule),
    level: LEVEL[finding.severity],
    message: { text: finding.message },
    locations: [location(finding.at, finding.at.function)],
    ...(flows.length > 0 ? { codeFlows: flows } : {}),
    ...(fixes.length > 0 ? { fixes } : {}),
    relatedLocations: finding.story.map((step, index) => ({
      id: index,
      ...location(step, step.function),
      message: { text: describeStep(step) },
    })),
    partialFingerprints: { 'lockorder/v1': finding.id },
    properties: {
      confidence: finding.confidence,
      locks: [...finding.locks],
      assumes: finding.assumes.map(({ text }) => text),
    },
  };
}

function codeFlows(finding: Finding): CodeFlow[] {
  return groupBy(finding.story, (step) => step.path).map((side) => ({
    threadFlows: [{ locations: side.map((step) => ({ location: stepLocation(step) })) }],
  }));
}

function stepLocation(step: StoryStep): Location {
  return { ...location(step, step.function), message: { text: describeStep(step) } };
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

function location(at: Place, inFunction: string): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: uri(at.file), uriBaseId: ROOT_ID },
      region: { startLine: at.line, startColumn: at.column, endLine: at.endLine, endColumn: at.endColumn },
    },
    ...(inFunction === '' ? {} : { logicalLocations: [{ name: inFunction, kind: 'function' }] }),
  };
}

function sarifFix(title: string, edits: readonly FileEdit[]): SarifFix {
  const files = [...new Set(edits.map((edit) => edit.file))];
  return {
    description: { text: title },
    artifactChanges: files.map((file) => ({
      artifactLocation: { uri: uri(file), uriBaseId: ROOT_ID },
      replacements: edits
        .filter((edit) => edit.file === file)
        .map(({ range, newText }) => ({ deletedRegion: { ...range }, insertedContent: { text: newText } })),
    })),
  };
}

/** A relative path as a relative URI. */
function uri(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}
