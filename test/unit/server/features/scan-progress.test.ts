import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ScanProgress } from '../../../../server/features/scan-progress.js';
import { translator } from '../../../../server/words.js';

type State = Parameters<ScanProgress['at']>[0];

const at = (stage: string, done = 0, total = 0, bytes = 0, totalBytes = 0): State => ({
  stage,
  done,
  total,
  bytes,
  totalBytes,
});

/** Stages of a scan as they arrive: the open file first, then all files, then three passes. */
const STATES: readonly State[] = [
  at('headers', 3, 3, 2e6, 2e6),
  at('summaries', 5, 5),
  at('check', 5, 5),
  at('list'),
  at('read', 0, 100, 0, 50e6),
  at('read', 20, 100, 25e6, 50e6),
  at('read', 100, 100, 50e6, 50e6),
  at('bind', 100, 100),
  at('summaries', 10, 2000),
  at('graph'),
  at('check', 300, 3000),
  at('check', 12, 12),
  at('summaries', 1, 100),
  at('check', 18, 18),
  at('check', 2, 3000),
  at('summaries', 3, 3),
  at('check', 3000, 3000),
];

describe('progress of a scan', () => {
  const told = (): readonly { readonly percent: number; readonly text: string }[] => {
    const progress = new ScanProgress(translator());
    return STATES.map((state, index) => progress.at(state, 100 + index * 4)).map((each) => {
      assert.ok(each);
      return each;
    });
  };

  it('never goes back, whatever pass the analysis is in', () => {
    const percents = told().map(({ percent }) => percent);
    assert.deepEqual(
      percents,
      [...percents].sort((a, b) => a - b),
    );
    assert.ok((percents.at(-1) ?? 100) < 100);
  });

  it('leaves most of the scale to what follows the open file', () => {
    const [headers, , , list, none, half] = told().map(({ percent }) => percent);
    assert.deepEqual([headers, list, none, half], [2, 2, 2, 26]);
  });

  it('estimates less after each pass', () => {
    const seconds = told().map(({ text }) => Number(/about (\d+) s left/.exec(text)?.[1]));
    const passes = [10, 14, 16].map((index) => seconds[index] ?? 0);
    assert.deepEqual(
      passes,
      [...passes].sort((a, b) => b - a),
    );
    assert.ok(passes.every((left) => left > 0));
  });

  it('estimates nothing from how long the list of files took', () => {
    const progress = new ScanProgress(translator());
    const texts = [at('list'), at('read', 0, 60_000, 0, 600e6), at('read', 1, 60_000, 1e4, 600e6)].map(
      (state, index) => progress.at(state, 100 + index * 10)?.text,
    );
    assert.deepEqual(
      texts.filter((text) => text?.includes('left')),
      [],
    );
    assert.match(progress.at(at('read', 6000, 60_000, 60e6, 600e6), 130)?.text ?? '', /about 6 min left$/);
  });

  it('counts files and megabytes, and names a check without the count of its items', () => {
    const texts = told().map(({ text }) => text);
    assert.match(texts[5] ?? '', /^reading files: 20 of 100, 25 of 50 MB, about \d+ s left$/);
    assert.match(texts[10] ?? '', /^checking, about \d+ s left$/);
    assert.equal(texts[3]?.startsWith('listing files'), true);
  });
});
