import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FoundFixes } from '../../../../server/programs/found-fixes.js';
import { Scheduler } from '../../../../server/programs/scheduling.js';
import { finding, step } from '../findings.js';

const one = finding('one', [step(0, 'a.c', 1)]);

describe('who waits for the fixes of a finding', () => {
  const asked = (): { readonly fixes: FoundFixes; readonly isAnswered: () => Promise<boolean> } => {
    const fixes = new FoundFixes(
      new Scheduler(),
      new Map(),
      () => undefined,
      () => undefined,
    );
    let isAnswered = false;
    void fixes.known('one').then(() => (isAnswered = true));
    return { fixes, isAnswered: async () => (await Promise.resolve(), isAnswered) };
  };

  it('goes on waiting while a first look lacks the finding', async () => {
    const { fixes, isAnswered } = asked();
    fixes.of([]);
    fixes.settle([one]);
    assert.equal(await isAnswered(), false);
  });

  it('is answered when the finding is gone', async () => {
    const { fixes, isAnswered } = asked();
    fixes.settle([]);
    assert.equal(await isAnswered(), true);
  });
});
