import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { FileOutline } from '../../../analysis/outline/types.js';
import { linkText, summaryOf } from './builder.js';

/** Names of the functions of a file, if it has any, and how often that was looked up. */
let looked = 0;
function functionsIn({ functions }: FileOutline): string | undefined {
  looked += 1;
  return functions.length === 0 ? undefined : functions.map(({ name }) => name).join();
}

describe('facts of files', () => {
  it('are extracted once per text, and listed in the order of the files', () => {
    const program = linkText({ 'a.c': 'void a(void) { }\n', 'b.h': 'int b;\n', 'c.c': 'void c(void) { }\n' });
    const told = (): string => [...program.facts.of(functionsIn)].map((one) => one.join(' ')).join('; ');
    looked = 0;
    assert.equal(told(), 'a.c a; c.c c');
    assert.equal(told(), 'a.c a; c.c c');
    assert.equal(looked, 3);
    program.setFile('b.h', summaryOf('static inline void b(void) { }\n'));
    assert.equal(told(), 'a.c a; b.h b; c.c c');
    program.setFile('a.c', summaryOf('int a;\n'));
    assert.equal(told(), 'b.h b; c.c c');
    program.setFile('a.c', summaryOf('void a(void) { }\nvoid again(void) { }\n'));
    assert.equal(told(), 'a.c a,again; b.h b; c.c c');
    program.setFile('b.h', undefined);
    program.setFile('d.c', summaryOf('void d(void) { }\n'));
    assert.equal(told(), 'a.c a,again; c.c c; d.c d');
    assert.equal(looked, 7);
  });

  it('are extracted in slices, even while files change', () => {
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`f${index}.c`, `void f${index}(void) { }\n`]),
    );
    const program = linkText(files);
    const steps = program.facts.prepare(functionsIn);
    assert.equal(steps.next().done, false);
    program.setFile('f3.c', undefined);
    let count = 0;
    for (const _ of steps) count += 1;
    assert.ok(count >= 3);
    looked = 0;
    assert.equal(program.facts.of(functionsIn).size, 199);
    assert.equal(looked, 0);
  });
});
