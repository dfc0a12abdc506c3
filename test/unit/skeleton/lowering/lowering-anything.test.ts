import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { checkSkeleton } from '../../../../analysis/skeleton/check.js';
import { summaryOf } from '../lowered.js';
import { patience, runs } from '../../../support/runs.js';

/** Pieces of C that mean the most in the wrong place. */
const PIECES = [
  'mutex_lock(&d->a);',
  'mutex_unlock(&d->a);',
  'if(d)',
  'else',
  'while(d)',
  'for(;;)',
  'do',
  'switch(d)',
  'case 1:',
  'default:',
  'break;',
  'continue;',
  'goto x;',
  'return d;',
  'x:',
  '{',
  '}',
  '{',
  '}',
  '(',
  ')',
  ';',
  '=',
  '&&',
  '||',
  '?',
  ':',
  ',',
  '!',
  '*',
  'd',
  'f(',
  '5',
  '"s"',
  '({',
  '})',
  '#if A\n',
  '#elif B\n',
  '#else\n',
  '#endif\n',
  '#define M(x) x\n',
  'M(d)',
  'L(d)',
  'list_for_each(d, e)',
  'guard(mutex)(&d->a);',
  'scoped_guard(mutex, &d->b)',
  'int d;',
  'struct s { int x; }',
  'typeof(d)',
  '__free(kfree)',
  'e: {',
  'case 1 ... 3:',
  'goto *d;',
  '[',
  ']',
  'scoped_cond_guard(mutex_intr, return 1, &d->a)',
  'BUG_ON(d);',
  '.x = 1',
  'container_of(d, struct s, x)',
  '\n',
  '/*',
  '//',
];

describe('lowering: anything', function () {
  this.timeout(patience());

  it('builds a skeleton of any text, with each lock call in the tree or recorded as a gap', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }), (pieces) => {
        const text = `#define L(d) mutex_lock(&d->l)\nint f(struct dev *d)\n{\nmutex_lock(&d->z);\n${pieces.join(' ')}\n}\n`;
        const summary = summaryOf(text);
        for (const [index, skeleton] of summary.skeletons) {
          checkSkeleton(skeleton);
          const lost = skeleton.gaps.filter(
            ({ kind }) => kind === 'arm-dropped' || kind === 'lock-outside-tree',
          );
          assert.equal(skeleton.lockSites + lost.length, summary.outline.functions[index]?.lockSites, text);
        }
      }),
      { numRuns: runs(300) },
    );
  });
});
