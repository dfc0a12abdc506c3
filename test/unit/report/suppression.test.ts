import assert from 'node:assert/strict';
import type { Finding } from '../../../analysis/checks/types.js';
import type { FunctionItem } from '../../../analysis/outline/types.js';
import {
  CommentIndex,
  findSuppressions,
  type SuppressionComment,
} from '../../../analysis/report/suppression.js';
import { CYCLE } from './sample.js';

const isCovered = (
  comment: SuppressionComment,
  file: string,
  functions: readonly FunctionItem[],
  finding: Finding,
): boolean => [...new CommentIndex(file, [comment], functions).covering(finding)].length > 0;

describe('suppression comments', () => {
  it('are found with rule, reason and the line they apply to', () => {
    const { comments } = findSuppressions(
      ['f();', '/* lockorder-ignore self-deadlock: it is', '   another instance */', '', 'lock(a);'].join(
        '\n',
      ),
    );
    assert.deepEqual(
      comments.map(({ rule, reason, line, targetLine }) => ({ rule, reason, line, targetLine })),
      [{ rule: 'self-deadlock', reason: 'it is another instance', line: 2, targetLine: 5 }],
    );
  });

  it('beside code apply to that line', () => {
    const { comments } = findSuppressions(
      '\n\tlock(a); // lockorder-ignore lock-order-cycle: init only\n\tlock(b);',
    );
    assert.equal(comments[0]?.targetLine, 2);
  });

  it('without a rule or a reason are reported', () => {
    const { comments, malformed } = findSuppressions(
      ['/* lockorder-ignore self-deadlock */', '/* lockorder-ignore nonsense: x */'].join('\n'),
    );
    assert.deepEqual(comments, []);
    assert.deepEqual(malformed, [
      { line: 1, problem: 'expected: lockorder-ignore RULE: reason' },
      { line: 2, problem: "no rule 'nonsense'" },
    ]);
  });

  it('on consecutive lines apply to the same code', () => {
    const ignore = (reason: string): string => `/* lockorder-ignore self-deadlock: ${reason} */`;
    const { comments } = findSuppressions(
      [
        ignore('one'),
        '',
        `${ignore('two')} // and words`,
        ignore('three'),
        'lock(a);',
        ignore('four'),
        'f();',
      ].join('\n'),
    );
    assert.deepEqual(
      comments.map(({ targetLine }) => targetLine),
      [5, 5, 5, 7],
    );
  });

  it('cover findings on their line, and in the function below them', () => {
    const text = [
      '/* lockorder-ignore lock-order-cycle: the two never run together */',
      '/** more words */',
      'static void bad_function(void)',
      '{',
      '\tdown(&sem1);',
      '\tdown(&sem2);',
      '}',
    ].join('\n');
    const item = {
      name: 'bad_function',
      line: 3,
      endLine: 7,
      start: text.indexOf('static'),
      bodyStart: text.indexOf('{'),
    };
    const [comment] = findSuppressions(text).comments;
    assert.ok(comment);
    const finding = { ...CYCLE, story: CYCLE.story.map((step) => ({ ...step, line: 5, endLine: 5 })) };
    assert.ok(isCovered(comment, 'a.c', [item as FunctionItem], finding));
    assert.ok(!isCovered(comment, 'b.c', [item as FunctionItem], finding), 'another file');
    assert.ok(!isCovered(comment, 'a.c', [], finding), 'no such function');
    assert.ok(!isCovered({ ...comment, rule: 'self-deadlock' }, 'a.c', [item as FunctionItem], finding));
    assert.ok(isCovered({ ...comment, targetLine: 11 }, 'a.c', [], CYCLE), 'the line itself');
  });
});
