import assert from 'node:assert/strict';
import type { Finding, Fix, RuleId } from '../analysis/checks/types.js';
import { runToEnd } from '../analysis/workspace/index.js';
import type { FixResult } from '../analysis/workspace/fixes.js';
import { analyse, type Analysed } from './support/analyse.js';
import { applyFileEdits } from './support/edits.js';
import { parseFixture, type Expectation, type Fixture } from './support/fixture.js';
import { filesUnder, read } from './support/sources.js';

/**
 * Rules that have a fix idea for most of their mistakes. unbalanced-unlock has one for releases at a label only: which of two
 * releases in straight code is wrong depends on what stands between them.
 */
const FIXABLE: ReadonlySet<string> = new Set<RuleId>([
  'lock-order-cycle',
  'self-deadlock',
  'irq-inversion',
  'irq-state',
  'sleep-in-atomic',
  'wait-deadlock',
  'missing-unlock',
  'declared-order',
  'annotation-mismatch',
]);

describe('fixtures', () => {
  /** Findings of fixable rules in the fixtures of their own rule, and how many of them have a fix. */
  const shares = new Map<string, { found: number; fixed: number }>();

  for (const [rule, paths] of byRule()) {
    describe(`fixtures of ${rule}`, () => {
      for (const path of paths) {
        it(path.slice(path.lastIndexOf('/') + 1), async () => {
          const fixture = parseFixture(read(path), path.slice(path.lastIndexOf('/') + 1));
          const analysed = await analyse(new Map(fixture.files.map(({ name, text }) => [name, text])));
          compareFindings(fixture, analysed.snapshot.findings);
          const areCompared = fixture.fixes.length > 0 || fixture.refusals.length > 0;
          const isCounted = ({ rule: own }: Finding): boolean => own === rule && FIXABLE.has(rule);
          const results = fixesOf(analysed, (finding) => areCompared || isCounted(finding));
          if (areCompared) compareFixes(fixture, [...results.values()]);
          const share = shares.get(rule) ?? { found: 0, fixed: 0 };
          for (const [, { fixes }] of [...results].filter(([finding]) => isCounted(finding))) {
            share.found++;
            if (fixes.length > 0) share.fixed++;
          }
          shares.set(rule, share);
        });
      }
    });
  }

  it('have a fix for at least 60 % of the positives of rules that have one', () => {
    const found = [...shares.values()].reduce((sum, share) => sum + share.found, 0);
    const fixed = [...shares.values()].reduce((sum, share) => sum + share.fixed, 0);
    const told = [...shares].map(([rule, share]) => `${rule} ${share.fixed}/${share.found}`).join(', ');
    assert.ok(fixed >= 0.6 * found, `${fixed} of ${found}: ${told}`);
  });
});

function fixesOf(
  { snapshot, fixer }: Analysed,
  isWanted: (finding: Finding) => boolean,
): Map<Finding, FixResult> {
  const wanted = snapshot.findings.filter(isWanted);
  return new Map(wanted.map((finding) => [finding, runToEnd(fixer.fixesOf(finding, snapshot))]));
}

function byRule(): Map<string, string[]> {
  const rules = new Map<string, string[]>();
  for (const path of filesUnder('test/fixtures').filter((name) => name.endsWith('.c'))) {
    const rule = path.split('/')[2] ?? '';
    rules.set(rule, [...(rules.get(rule) ?? []), path]);
  }
  return rules;
}

/** Findings and expectations as lines that read alike, so that the difference shows what is wrong. */
function compareFindings(fixture: Fixture, findings: readonly Finding[]): void {
  const free = new Set(findings);
  const expected: string[] = [];
  const actual: string[] = [];
  for (const expectation of fixture.expectations) {
    const found = [...free].find((finding) => isMeant(fixture, expectation, finding));
    if (found) free.delete(found);
    if (expectation.known === 'missed') {
      if (found) actual.push(`found, but expected to be missed: ${show(fixture, found)}`);
      continue;
    }
    const { file, line, rule, message, confidence } = expectation;
    const want = `${place(fixture, file, line)} ${confidence} ${rule}: ${message}`;
    expected.push(want);
    if (found) actual.push(found.confidence === confidence ? want : show(fixture, found));
  }
  for (const finding of free) actual.push(show(fixture, finding));
  assert.deepEqual(actual.sort(), expected.sort());
}

function isMeant(
  fixture: Fixture,
  { file, line, column, endColumn, rule, message }: Expectation,
  finding: Finding,
): boolean {
  const { at } = finding;
  if (finding.rule !== rule || at.file !== file || at.line !== line || at.column !== column) return false;
  // Carets cannot go on in the next line; a call that does ends at the end of its first.
  const end = at.endLine === line ? at.endColumn : lineLength(fixture, file, line) + 1;
  return end === endColumn && finding.message.includes(message);
}

function lineLength(fixture: Fixture, file: string, line: number): number {
  const text = fixture.files.find(({ name }) => name === file)?.text ?? '';
  return text.split('\n')[line - 1]?.length ?? 0;
}

function show(fixture: Fixture, { at, confidence, rule, message }: Finding): string {
  return `${place(fixture, at.file, at.line)}:${at.column}-${at.endColumn} ${confidence} ${rule}: ${message}`;
}

/** Where it stands in the fixture file itself. */
function place(fixture: Fixture, file: string, line: number): string {
  const lines = fixture.files.find(({ name }) => name === file)?.fixtureLines;
  return `line ${lines?.[line - 1] ?? '?'} (${file})`;
}

function compareFixes(fixture: Fixture, results: readonly FixResult[]): void {
  const fixes = results.flatMap((result) => result.fixes);
  for (const { title, after } of fixture.fixes) {
    const fix = fixes.find((each) => each.title.includes(title));
    assert.ok(fix, `no fix "${title}"; ${outcome(results)}`);
    compareTexts(fixture, fix, after);
  }
  for (const reason of fixture.refusals) {
    assert.deepEqual(titles(fixes), [], 'a fix is offered');
    const isGiven = results.some(({ refusals }) => refusals.some((each) => each.reason.includes(reason)));
    assert.ok(isGiven, `not refused because "${reason}"; ${outcome(results)}`);
  }
}

function compareTexts(fixture: Fixture, fix: Fix, after: ReadonlyMap<string, string>): void {
  assert.ok(fix.verified, 'the fix is not verified');
  const names = new Set([...fixture.files.map(({ name }) => name), ...after.keys()]);
  for (const name of names) {
    // A fix may make a file of declarations.
    const text = fixture.files.find((file) => file.name === name)?.text ?? '';
    assert.equal(applyFileEdits(name, text, fix.edits), after.get(name) ?? text, `${name} after the fix`);
  }
}

function outcome(results: readonly FixResult[]): string {
  const refused = results.flatMap(({ refusals }) => refusals.map(({ reason }) => reason));
  const offered = titles(results.flatMap(({ fixes }) => fixes));
  return `offered: ${offered.join(', ') || 'none'}; refused: ${refused.join(', ') || 'none'}`;
}

function titles(fixes: readonly Fix[]): string[] {
  return fixes.map(({ title }) => title);
}
