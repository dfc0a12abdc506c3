import assert from 'node:assert/strict';
import { sourceOf } from '../../../cli/commands/check.js';

describe('the file among compiler arguments', () => {
  it('is found first or last', () => {
    assert.equal(sourceOf(['a.c', '-O2', '-Wall']), 'a.c');
    assert.equal(sourceOf(['-D__KERNEL__', '-I./include', '-Wp,-MMD,.a.o.d', 'drivers/a.c']), 'drivers/a.c');
  });

  it('is not the value of an option', () => {
    assert.equal(sourceOf(['-include', 'kconfig.h', 'a.c', '-o', 'b.c']), 'a.c');
    assert.equal(sourceOf(['-include', 'kconfig.h']), undefined);
  });
});
