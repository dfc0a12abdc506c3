import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { difference, differences, TextMap } from '../../../../server/documents/text-map.js';

function mapped(analysed: string, current: string): TextMap {
  const change = difference(analysed, current);
  return new TextMap(analysed, current, change ? [change] : []);
}

const span = (line: number, column: number, endLine: number, endColumn: number) => ({
  line,
  column,
  endLine,
  endColumn,
});

describe('a map of a text whose lines all differ', () => {
  const before = 'int a;\nvoid two(void)\n{\n\tlock(&a);\n\tunlock(&b);\n}\n';

  it('keeps each place in its line, whatever the line endings or the indentation', () => {
    const crlf = mapped(before, before.replaceAll('\n', '\r\n'));
    assert.deepEqual(crlf.toCurrent(span(4, 2, 4, 10)), span(4, 2, 4, 10));
    const spaces = mapped(before, before.replaceAll('\t', '        ').replace('int a;', ' int a;'));
    assert.deepEqual(spaces.toCurrent(span(4, 2, 4, 10)), span(4, 2, 4, 10));
    const short = mapped(before, '\n'.repeat(6));
    assert.deepEqual(short.toCurrent(span(4, 2, 4, 10)), span(4, 1, 4, 1));
  });

  it('maps to what is left of a range that has lost lines', () => {
    const map = mapped(before, 'int b;\nx\n');
    assert.equal(map.toCurrent(span(4, 2, 4, 10)).line, 1);
  });
});

describe('the differences of two texts', () => {
  const before = 'void two(void)\n{\n\tlock(&a);\n\tlock(&b);\n\tunlock(&b);\n}\n';

  it('are one per edited place, so that text between them keeps its place', () => {
    const now = before.replace('two(', 'renamed(').replace('\tunlock(&b)', '\tif (x &&\n\tunlock(&b)');
    const map = new TextMap(before, now, differences(before, now));
    assert.deepEqual(map.toCurrent(span(4, 2, 4, 10)), span(4, 2, 4, 10));
    assert.deepEqual(map.toCurrent(span(5, 2, 5, 12)), span(6, 2, 6, 12));
    assert.deepEqual(map.toAnalysed(3, 4), { line: 3, column: 4 });
    assert.equal(map.toAnalysed(5, 4), undefined);
  });

  it('turn one text into the other, wherever lines come and go', () => {
    let seed = 11;
    const next = (limit: number): number => (seed = (seed * 16_807) % 2_147_483_647) % limit;
    for (let round = 0; round < 300; round += 1) {
      const lines = Array.from({ length: next(9) }, () => `l${next(4)};${'\n'.repeat(next(2))}`);
      const other = lines.flatMap((line) =>
        [line, line + line, `${line}x\n`, 'new;\n', ''].slice(next(5)).slice(0, 1),
      );
      const [from, to] = [lines.join(''), other.join('')];
      let made = '';
      let at = 0;
      let last = -1;
      for (const { analysed, current } of differences(from, to, 100, 200)) {
        assert.ok(analysed[0] >= at + 100 && current[0] > last, `${from} → ${to}`);
        made += from.slice(at, analysed[0] - 100) + to.slice(current[0] - 200, current[1] - 200);
        at = analysed[1] - 100;
        last = current[0];
      }
      assert.equal(made + from.slice(at), to);
    }
  });
});

describe('TextMap', () => {
  it('is the identity for equal texts', () => {
    const map = mapped('a\nb\n', 'a\nb\n');
    assert.ok(map.isIdentity);
    assert.deepEqual(map.toAnalysed(2, 1), { line: 2, column: 1 });
  });

  it('shifts text after an insertion, not before it', () => {
    const map = mapped('one();\ntwo();\n', 'one();\nnew(\ntwo();\n');
    assert.deepEqual(map.toCurrent(span(1, 1, 1, 6)), span(1, 1, 1, 6));
    assert.deepEqual(map.toCurrent(span(2, 1, 2, 6)), span(3, 1, 3, 6));
    assert.deepEqual(map.toAnalysed(3, 4), { line: 2, column: 4 });
  });

  it('maps no place inside inserted text', () => {
    const map = mapped('one();\ntwo();\n', 'one();\nnew(\ntwo();\n');
    assert.equal(map.toAnalysed(2, 3), undefined);
  });

  it('maps inserted text to the place of the insertion', () => {
    const map = mapped('one();\ntwo();\n', 'one();\nnew(\ntwo();\n');
    assert.deepEqual(map.fromOffset('one();\nnew'.length), { line: 2, column: 1 });
    assert.deepEqual(map.fromOffset('one();\nnew(\nt'.length), { line: 2, column: 2 });
  });

  it('keeps what is left of a span', () => {
    const map = mapped('  down(&sem);\n', '  down(;\n');
    assert.deepEqual(map.toCurrent(span(1, 3, 1, 13)), span(1, 3, 1, 8));
  });

  it('does not extend a span by text typed directly before or after it', () => {
    const map = mapped('x;\n', 'if (x;\n');
    assert.deepEqual(map.toCurrent(span(1, 1, 1, 2)), span(1, 5, 1, 6));
    const behind = mapped('f()\n', 'f()) {\n');
    assert.deepEqual(behind.toCurrent(span(1, 1, 1, 4)), span(1, 1, 1, 4));
  });

  it('finds the one difference of long texts, wherever it is and whatever repeats around it', () => {
    for (const line of ['\tcall(&one, two);\n', 'x']) {
      const text = line.repeat(Math.ceil(3000 / line.length));
      for (const at of [
        0,
        1,
        511,
        512,
        513,
        1024,
        1500,
        2047,
        text.length - 512,
        text.length - 1,
        text.length,
      ]) {
        for (const [gone, typed] of [
          [0, 'new'],
          [0, line],
          [Math.min(600, text.length - at), ''],
          [Math.min(1, text.length - at), 'y'],
        ] as const) {
          const current = text.slice(0, at) + typed + text.slice(at + gone);
          const change = difference(text, current);
          if (text === current) assert.equal(change, undefined);
          else {
            assert.ok(change);
            const [[start, end], [from, to]] = [change.analysed, change.current];
            assert.equal(start, from);
            assert.equal(text.slice(0, start) + current.slice(from, to) + text.slice(end), current);
            // Nothing that is the same on either side is part of it.
            assert.ok(start === end || from === to || text[start] !== current[from]);
            assert.ok(start === end || from === to || text[end - 1] !== current[to - 1]);
            assert.ok(end - start <= gone && to - from <= typed.length);
          }
        }
      }
    }
  });
});
