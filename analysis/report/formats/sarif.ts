import { visibleJson } from '../../base/visible.js';
import type { CodeFlow, Fix as SarifFix, Location, Log, ReportingDescriptor, Result, Run } from 'sarif';
import type { FileEdit, Finding, RuleId, Severity, StoryStep } from '../../checks/types.js';
import { compareText } from '../order.js';
import type { Report } from './schema.js';
import { describeStep, groupBy, type SourceLine } from './text.js';
import { ruleAbout, ruleSeverity, ruleTitle } from '../titles.js';

const LEVEL: Record<Severity, Result.level> = { error: 'error', warning: 'warning', info: 'note' };
const ROOT_ID = 'ROOT';

/**
 * `--format sarif`: SARIF 2.1.0 with the story as code flows and the verified fixes. With `source`, each
 * place also has its line, for readers without the sources.
 */
export function renderSarif(report: Report, source: SourceLine = () => undefined): string {
  const rules = [...new Set(report.findings.map((finding) => finding.rule))].sort(compareText);
  const run: Run = {
    tool: {
      driver: { name: 'lockorder', version: report.version, rules: rules.map(describeRule) },
    },
    columnKind: 'utf16CodeUnits',
    ...(report.commits ? { properties: { commits: report.commits } } : {}),
    results: report.findings.map((finding) => result(finding, rules, source)),
    invocations: [
      {
        executionSuccessful: true,
        toolExecutionNotifications: [
          ...report.skipped.map(({ file, reason }) => `${file}: skipped, ${reason}`),
          ...(report.unfinished ?? []).map(
            ({ file, line, function: name, reason }) =>
              `${file}:${line}: ${name === '' ? 'the file' : `${name}()`} was not analysed in full, ${reason}`,
          ),
        ].map((text) => ({ level: 'warning' as const, message: { text } })),
      },
    ],
  };
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [run],
  };
  return `${visibleJson(JSON.stringify(log, undefined, 2))}\n`;
}

function describeRule(rule: RuleId): ReportingDescriptor {
  const about = ruleAbout(rule);
  return {
    id: rule,
    name: rule.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: ruleTitle(rule) },
    fullDescription: { text: about },
    help: { text: `${about} Lockorder describes the rule with examples in docs/rules/${rule}.md.` },
    defaultConfiguration: { level: LEVEL[ruleSeverity(rule)] },
  };
}

function result(finding: Finding, rules: readonly RuleId[], source: SourceLine): Result {
  const flows = codeFlows(finding);
  const fixes = finding.fixes.filter((fix) => fix.verified).map(({ title, edits }) => sarifFix(title, edits));
  return {
    ruleId: finding.rule,
    ruleIndex: rules.indexOf(finding.rule),
    level: LEVEL[finding.severity],
    message: { text: finding.message },
    locations: [withSource(location(finding.at, finding.at.function), finding.at, source)],
    ...(flows.length > 0 ? { codeFlows: flows } : {}),
    ...(fixes.length > 0 ? { fixes } : {}),
    relatedLocations: [
      ...finding.story.map((step, index) => ({
        id: index,
        ...location(step, step.function),
        message: { text: describeStep(step) },
      })),
      ...(finding.also ?? []).map((other, index) => ({
        id: finding.story.length + index,
        ...location(other, other.function),
        message: { text: 'leads to the same bug' },
      })),
    ],
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

interface SarifRegion {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

function location(at: SarifRegion, inFunction: string): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: uri(at.file), uriBaseId: ROOT_ID },
      region: { startLine: at.line, startColumn: at.column, endLine: at.endLine, endColumn: at.endColumn },
    },
    ...(inFunction === '' ? {} : { logicalLocations: [{ name: inFunction, kind: 'function' }] }),
  };
}

/** With the lines of a place and the range in them; unchanged if they cannot be read. */
function withSource(where: Location, at: SarifRegion, source: SourceLine): Location {
  const lines: string[] = [];
  for (let line = at.line; line <= at.endLine; line += 1) {
    const text = source(at.file, line);
    if (text === undefined) return where;
    lines.push(text);
  }
  const text = lines.join('\n');
  const end = text.length - (lines.at(-1)?.length ?? 0) + at.endColumn - 1;
  const { region, ...rest } = where.physicalLocation ?? {};
  return {
    ...where,
    physicalLocation: {
      ...rest,
      region: { ...region, snippet: { text: text.slice(at.column - 1, end) } },
      contextRegion: { startLine: at.line, endLine: at.endLine, snippet: { text } },
    },
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
