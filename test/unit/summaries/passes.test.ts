import assert from 'node:assert/strict';
import { Passes, type Pass } from '../../../analysis/summaries/solver/passes.js';
import { noExit } from '../../../analysis/summaries/solver/known.js';
import type { FunctionRef } from '../../../analysis/link/types.js';

const FN = { id: 'a.c:walk' } as unknown as FunctionRef;
const OTHER = { id: 'a.c:step' } as unknown as FunctionRef;

function pass(signature: string): Pass {
  return { summary: noExit(FN), used: [OTHER], signatures: [signature], slots: [] };
}

const meets =
  (signature: string) =>
  ({ signatures }: Pass): boolean =>
    signatures[0] === signature;

describe('passes over a recursive component', () => {
  const passes = new Passes();
  beforeEach(() => passes.replace(FN, [pass('no exit'), pass('held')], (summary) => summary));

  it('are recalled for the same inputs', () => {
    assert.deepEqual(passes.find(FN, meets('held'))?.signatures, ['held']);
    assert.equal(passes.find(FN, meets('released')), undefined);
    assert.equal(passes.find(OTHER, meets('held')), undefined);
  });

  it('replace those of the previous run', () => {
    passes.replace(FN, [pass('released')], (summary) => summary);
    assert.equal(passes.find(FN, meets('held')), undefined);
    assert.deepEqual(passes.find(FN, meets('released'))?.signatures, ['released']);
  });

  it('are dropped with their function', () => {
    passes.forget(FN);
    assert.equal(
      passes.find(FN, () => true),
      undefined,
    );
  });
});
