import type { Confidence, RuleId } from '../../../analysis/checks/types.js';

/**
 * A fixture: C sources with their expected findings and fixes written into them.
 *
 *     //- a.c                        a fixture of several files starts each one so
 *             down(&sem2);
 *             down(&sem1);
 *     //      ^^^^^^^^^^^ lock-order-cycle: sem1
 *     //- fix: Take sem1 before sem2
 *     …the whole file after the fix   (or, for several files, one `//- NAME` for each that changes)
 *     //- no-fix: why it is refused
 *
 * Carets stand below the call they mean; a tab is as wide as in the kernel's style. Labels before the rule:
 * `missed` and `false` for what is known to be wrong, `medium` and `low` for the confidence.
 */
export interface Fixture {
  readonly files: readonly FixtureFile[];
  readonly expectations: readonly Expectation[];
  readonly fixes: readonly ExpectedFix[];
  /** Reasons, or a part of each, why a fix is refused. */
  readonly refusals: readonly string[];
}

export interface FixtureFile {
  readonly name: string;
  /** The source without the expectation lines: what is analysed. */
  readonly text: string;
  /** Line of the fixture for each line of `text`, both 1-based: `fixtureLines[line - 1]`. */
  readonly fixtureLines: readonly number[];
}

export interface Expectation {
  readonly file: string;
  /** In the analysed text; 1-based, end exclusive. */
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly rule: RuleId;
  /** A part of the message. */
  readonly message: string;
  readonly confidence: Confidence;
  /** `missed`: not found though it should be; `false`: found though it should not be. */
  readonly known?: 'missed' | 'false';
  readonly fixtureLine: number;
}

export interface ExpectedFix {
  readonly title: string;
  /** Text after the fix by file; a file that is not named stays as it was. */
  readonly after: ReadonlyMap<string, string>;
}

const TAB_WIDTH = 8;
const CARETS = /^(\s*\/\/\s*)(\^+)\s*(.*)$/;
const EXPECTATION = /^((?:(?:missed|false|medium|low)\s+)*)([a-z-]+):\s*(.*)$/;
const DIRECTIVE = /^\/\/-\s*(?:(fix|no-fix):\s*)?(.*?)\s*$/;

/** Reads a fixture. `name` is the file name of a fixture that names none. Throws on a malformed one. */
export function parseFixture(text: string, name: string): Fixture {
  const expectations: Expectation[] = [];
  const refusals: string[] = [];
  const sections: Section[] = [];
  const fixes: { title: string; sections: Section[] }[] = [];
  let into: Section[] = sections;
  let section: Section | undefined;

  for (const [index, line] of text.replaceAll('\r\n', '\n').split('\n').entries()) {
    const fixtureLine = index + 1;
    const directive = line.startsWith('//-') ? DIRECTIVE.exec(line) : null;
    if (directive?.[1] === 'fix') {
      const fix = { title: directive[2] ?? '', sections: [] };
      fixes.push(fix);
      into = fix.sections;
      section = undefined;
    } else if (directive?.[1] === 'no-fix') {
      refusals.push(directive[2] ?? '');
      into = [];
      section = undefined;
    } else if (directive) {
      section = newSection(directive[2] ?? '');
      into.push(section);
    } else {
      if (!section && line.trim() === '') continue;
      if (!section) {
        section = newSection(into === sections || sections.length !== 1 ? name : (sections[0]?.name ?? name));
        into.push(section);
      }
      const carets = into === sections ? CARETS.exec(line) : null;
      if (carets) expectations.push(expectation(carets, section, fixtureLine));
      else {
        section.lines.push(line);
        section.fixtureLines.push(fixtureLine);
      }
    }
  }

  return {
    files: sections.map((s) => ({ name: s.name, text: textOf(s), fixtureLines: s.fixtureLines })),
    expectations,
    fixes: fixes.map((fix) => ({
      title: fix.title,
      after: new Map(fix.sections.map((s) => [s.name, textOf(s)])),
    })),
    refusals,
  };
}

interface Section {
  readonly name: string;
  readonly lines: string[];
  readonly fixtureLines: number[];
}

function newSection(name: string): Section {
  return { name, lines: [], fixtureLines: [] };
}

/** Blank lines around a section only set it off. */
function textOf(section: Section): string {
  return section.lines.join('\n').trimEnd() + '\n';
}

function expectation(carets: RegExpExecArray, section: Section, fixtureLine: number): Expectation {
  const source = section.lines.at(-1);
  if (source === undefined) throw new Error(`line ${fixtureLine}: carets without a line above them`);
  const start = visualWidth(carets[1] ?? '');
  const column = columnAt(source, start);
  const endColumn = columnAt(source, start + (carets[2] ?? '').length);
  if (column === undefined || endColumn === undefined) {
    throw new Error(`line ${fixtureLine}: carets reach beyond the line above them`);
  }
  const meant = EXPECTATION.exec(carets[3] ?? '');
  if (!meant) throw new Error(`line ${fixtureLine}: expected "[labels] rule: part of the message"`);
  const labels = (meant[1] ?? '').split(/\s+/).filter((label) => label !== '');
  const known = labels.find((label) => label === 'missed' || label === 'false');
  return {
    file: section.name,
    line: section.lines.length,
    column,
    endColumn,
    rule: meant[2] as RuleId,
    message: (meant[3] ?? '').trim(),
    confidence: labels.includes('low') ? 'low' : labels.includes('medium') ? 'medium' : 'high',
    ...(known === undefined ? {} : { known }),
    fixtureLine,
  };
}

function visualWidth(text: string): number {
  let width = 0;
  for (const char of text) width += char === '\t' ? TAB_WIDTH - (width % TAB_WIDTH) : 1;
  return width;
}

/** The 1-based column whose character starts at a visual position; `undefined` inside a tab or past the end. */
function columnAt(line: string, wanted: number): number | undefined {
  let width = 0;
  for (let at = 0; at < line.length; at++) {
    if (width === wanted) return at + 1;
    width += line[at] === '\t' ? TAB_WIDTH - (width % TAB_WIDTH) : 1;
  }
  return width === wanted ? line.length + 1 : undefined;
}
