import { functionsOf, type Planted } from './functions.js';

/** A section of one plain statement, which calls a function: the parts of its three lines. */
const SECTION =
  /^([ \t]*)(mutex_lock|(?:raw_)?spin_lock(?:_bh|_irq|_irqsave)?|(?:read|write)_lock(?:_bh|_irq|_irqsave)?|down_(?:read|write))\((&?[\w>.-]+(?:, \w+)?)\);\n(\1(?:[\w>.-]+ = )?(\w+)\([^;\n]*\);\n)\1(\w+)\(\3\);\n/gm;
const ASSERTION = /\blockdep_assert_held(?:_read|_write)?\(/;

/** Functions that call one which asserts a lock, without the section around that call. */
export function callsWithoutLock(text: string): Planted[] {
  const asserting = new Set(
    functionsOf(text).flatMap(({ name, whole }) => (ASSERTION.test(whole) ? [name] : [])),
  );
  return functionsOf(text).flatMap(({ name, whole, index }) =>
    [...whole.matchAll(SECTION)].flatMap((section) => {
      const [all, , take = '', , call = '', callee = '', give = ''] = section;
      const given = take.replace(/lock|down/, (word) => (word === 'lock' ? 'unlock' : 'up'));
      const isPair = give === given.replace('irqsave', 'irqrestore');
      if (!isPair || !asserting.has(callee) || callee === name) return [];
      const start = index + section.index;
      return [{ name, start, end: start + all.length, text: call }];
    }),
  );
}
