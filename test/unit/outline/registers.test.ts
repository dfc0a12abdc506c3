import assert from 'node:assert/strict';
import { outline } from './support.js';

/** Long enough to be taken for generated. */
function registers(count = 4000): string {
  const lines = Array.from(
    { length: count },
    (_, index) => `#define mmREG_${index}  0x${index.toString(16)}UL`,
  );
  return `/*\n * Registers\n */\n#ifndef _REGS_H\n#define _REGS_H\n\n${lines.join('\n')}\n#define SIZE (1 << 4) /* bits */\n\n#endif\n`;
}

describe('register headers', () => {
  it('are skipped', () => {
    const text = registers();
    const { macros, constants, lines, bytes } = outline(text);
    assert.deepEqual({ macros, constants }, { macros: [], constants: [] });
    assert.equal(lines, text.split('\n').length);
    assert.equal(bytes, text.length);
  });

  it('are read normally if short', () => {
    assert.equal(outline(registers(10)).constants.length, 11);
  });

  for (const [what, line] of [
    ['a declaration', 'extern struct mutex big_lock;'],
    ['an include', '#include "more.h"'],
    ['a macro with parameters', '#define READ(x) (x)'],
    ['a macro that names something', '#define LOCK other_lock'],
    ['a macro that goes on in the next line', '#define LONG 1 + \\\n  lock'],
    ['a string', '#define NAME "mutex"'],
    ['a comment that does not end', '/* lock'],
    ['a directive that a comment ends in', '#if 1 /* a\n */ struct mutex m;'],
  ] as const) {
    it(`are read whole if they contain ${what}`, () => {
      assert.ok(outline(`${registers()}${line}\n`).macros.length > 4000);
    });
  }
});
