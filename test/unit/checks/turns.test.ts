import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Turns } from '../../../analysis/checks/engine/turns.js';
import type { FunctionRef, Program } from '../../../analysis/link/types.js';

const fn = (name: string): FunctionRef => ({ name }) as FunctionRef;

function program(): { demandsMade: number } & Program {
  return { demandsMade: 0 } as { demandsMade: number } & Program;
}

describe('the turns of a check', () => {
  const [one, two] = [fn('one'), fn('two')];

  it('repeat only items that demanded skeletons', () => {
    const asked = program();
    const turns = new Turns(asked, undefined, { functions: new WeakSet() });
    assert.ok(turns.has(one) && turns.has('class'));
    asked.demandsMade++;
    assert.ok(turns.has(two));
    turns.end();
    assert.deepEqual([...turns.again], ['class']);
    const again = new Turns(asked, turns.again, { functions: new WeakSet() });
    assert.deepEqual(
      [one, 'class', two].filter((item) => again.has(item)),
      ['class'],
    );
    again.end();
    assert.ok(!again.hasAsked);
  });

  it('repeat no item after a demand between two items, but what lies between them', () => {
    const asked = program();
    const turns = new Turns(asked, undefined, { functions: new WeakSet() });
    asked.demandsMade++;
    turns.has(one);
    turns.end();
    assert.ok(turns.hasAsked);
    assert.equal(turns.again.size, 0);
  });

  it('belong to an item that had its turn before', () => {
    const asked = program();
    const turns = new Turns(asked, undefined, { functions: new WeakSet() });
    turns.has(one);
    turns.has(two);
    turns.resume(one);
    asked.demandsMade++;
    turns.end();
    assert.deepEqual([...turns.again], [one]);
  });

  it('skip functions without a finding in the next run, unless they made demands', () => {
    const asked = program();
    const quiet = { functions: new WeakSet<FunctionRef>() };
    const turns = new Turns(asked, undefined, quiet);
    turns.has(one);
    turns.cameToNothing(one);
    turns.has(two);
    asked.demandsMade++;
    turns.cameToNothing(two);
    const next = new Turns(asked, undefined, quiet);
    assert.ok(!next.has(one) && next.has(two));
  });
});
