import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver';
import type { Finding } from '../../../../analysis/checks/types.js';
import { partsOf } from '../../../../analysis/ide/parts.js';
import type { Settings } from '../../../../protocol/methods.js';
import { toDiagnostic } from '../../../../server/features/diagnostics/diagnostics.js';
import { DEFAULT_SETTINGS, isShown, leastConfidence, readSettings } from '../../../../server/settings.js';
import { finding, step } from '../findings.js';

function render(of: Finding, settings: Settings = DEFAULT_SETTINGS, text?: string): Diagnostic[] {
  return partsOf(of).map((part) =>
    toDiagnostic(part, {
      settings,
      rulePages: 'file:///pages',
      isIntroduced: () => false,
      uriOf: (file) => `file:///root/${file}`,
      current: (_, span) => span,
      textOf: () => text,
    }),
  );
}

describe('a finding as diagnostics', () => {
  const cycle = finding('x', [step(0, 'a.c', 5), step(0, 'b.c', 7), step(1, 'b.c', 9, ['held'])]);

  it('has 0-based places, a code with its page, and the id of the finding', () => {
    const [own] = render(cycle);
    assert.deepEqual(own?.range, { start: { line: 4, character: 1 }, end: { line: 4, character: 8 } });
    assert.equal(own.code, 'lock-order-cycle');
    assert.equal(own.codeDescription?.href, 'file:///pages/lock-order-cycle.md');
    assert.deepEqual(own.data, { id: 'x' });
  });

  it('marks the first line of a call that has several', () => {
    const at = { ...cycle.at, line: 2, column: 2, endLine: 3, endColumn: 9 };
    const marked = (text?: string) => render({ ...cycle, at }, DEFAULT_SETTINGS, text)[0]?.range.end;
    assert.deepEqual(marked('{\n\ttake(a,  \n\t     b);\n}\n'), { line: 1, character: 8 });
    // Of a closed file there is no text, and after an edit nothing may be left of the line.
    assert.deepEqual(marked(), { line: 2, character: 8 });
    assert.deepEqual(marked('{\n\n\t     b);\n}\n'), { line: 2, character: 8 });
  });

  it('contains the whole story in order, each step with its side', () => {
    const [own] = render(cycle);
    assert.deepEqual(
      own?.relatedInformation?.map(({ location, message }) => [
        location.uri,
        location.range.start.line,
        message,
      ]),
      [
        ['file:///root/a.c', 4, 'f() takes lock (side 1)'],
        ['file:///root/b.c', 6, 'f() takes lock (side 1)'],
        ['file:///root/b.c', 8, 'f() takes lock, holding held (side 2)'],
      ],
    );
  });

  it('describes in another file what happens there, and where the rest is', () => {
    const [, other] = render(cycle);
    assert.equal(other?.range.start.line, 8);
    assert.match(
      JSON.stringify(other.message),
      /f\(\) takes lock, holding held; f\(\) \(a\.c:5\) takes them in the opposite order/,
    );
  });

  it('names the place of the other side of a pair, whatever its message says', () => {
    const pair = { own: 'takes b while holding a', function: 'f', opposite: 'takes them in ascending order' };
    const message = 'takes b while holding a; f() takes them in ascending order';
    const story = [step(0, 'a.c', 5), step(1, 'a.c', 9), step(1, 'b.c', 7), step(1, 'a.c', 12)];
    const [whole] = render(finding('x', story, { message, pair }));
    assert.equal(whole?.message, 'f() takes b while holding a; f() (a.c:12) takes them in ascending order');
    const [plain] = render(finding('x', story, { message }));
    assert.equal(plain?.message, 'f() takes b while holding a; f() takes them in ascending order');
  });

  it('is a hint below high confidence, whatever its severity', () => {
    const [hint] = render({ ...cycle, confidence: 'medium' });
    assert.equal(hint?.severity, DiagnosticSeverity.Hint);
  });

  it('takes its severity from the settings', () => {
    const settings = readSettings({ rules: { 'lock-order-cycle': 'info' } });
    assert.equal(render(cycle, settings)[0]?.severity, DiagnosticSeverity.Information);
  });
});

describe('shown findings', () => {
  const medium = finding('m', [step(0, 'a.c', 1)], { confidence: 'medium' });

  it('reach the minimum confidence', () => {
    assert.equal(isShown(medium, readSettings({ confidence: 'high' })), false);
    assert.equal(isShown(medium, readSettings({ confidence: 'medium' })), true);
    assert.equal(isShown({ ...medium, confidence: 'low' }, readSettings({ confidence: 'medium' })), false);
  });

  it('exclude disabled rules', () => {
    assert.equal(isShown(medium, readSettings({ rules: { 'lock-order-cycle': 'off' } })), false);
  });
});

describe('a rule with its own minimum confidence', () => {
  const settings = readSettings({
    confidence: 'high',
    rules: {
      'lock-order-cycle': { confidence: 'low' },
      'self-deadlock': { level: 'warning', confidence: 'high' },
    },
  });

  it('is shown from that confidence on, whatever applies to others', () => {
    const low = finding('x', [], { confidence: 'low' });
    assert.equal(isShown(low, settings), true);
    assert.equal(isShown({ ...low, rule: 'irq-state' }, settings), false);
    assert.equal(isShown({ ...low, rule: 'self-deadlock' }, settings), false);
  });

  it('lowers the confidence of the analysis', () => {
    assert.equal(leastConfidence(settings), 'low');
    assert.equal(leastConfidence(readSettings({})), DEFAULT_SETTINGS.confidence);
  });
});

describe('settings', () => {
  it('get defaults for invalid values', () => {
    const nonsense = {
      index: 3,
      confidence: 'certain',
      rules: { a: 'loud', b: 'off' },
      exclude: ['x', 1],
      config: {},
    };
    assert.deepEqual(readSettings(nonsense), {
      ...DEFAULT_SETTINGS,
      rules: { b: { level: 'off' } },
      exclude: ['x'],
    });
    for (const value of [undefined, null, 1, 'x', []])
      assert.deepEqual(readSettings(value), DEFAULT_SETTINGS);
  });
});
