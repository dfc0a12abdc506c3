import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import {
  decodePart,
  decodeSummary,
  encodePart,
  encodeSummary,
} from '../../../../analysis/skeleton/codec/codec.js';
import { Compiler, type WantedSkeleton } from '../../../../host/compile.js';
import { createNodeParser } from '../../../../host/node/parser.js';
import { filesUnder, read } from '../../../support/sources.js';

const GUARDED = `#define LOCK(d) mutex_lock(&(d)->lock)
struct dev {
	struct mutex lock;
	int n __guarded_by(&lock);
};

static int one(struct dev *d)
{
	LOCK(d);
	return d->n;
}
`;

describe('the part of an outline', () => {
  let compiler: Compiler;

  before(async () => {
    compiler = new Compiler([], await createNodeParser());
  });

  /** The skeletons of all functions and macros of a text, and of all but the first, with what is known of its outline and without. */
  const check = (text: string): number => {
    const { summary } = compiler.compile(text);
    const functions = summary.outline.functions.map(({ hash }, index): WantedSkeleton => ({
      isMacro: false,
      index,
      functionHash: hash,
    }));
    const macros = summary.outline.macros.map((_, index): WantedSkeleton => ({
      isMacro: true,
      index,
      functionHash: '',
    }));
    const all = [...functions, ...macros];
    const whole = compiler.skeletons(text, all);
    const isLater = ({ index }: WantedSkeleton): boolean => index > 0;
    // The outline of a compiled file for all functions, and that of a file from the cache for some of them.
    for (const [{ outline }, isWanted] of [
      [summary, (): boolean => true],
      [decodeSummary(encodeSummary(summary)), isLater],
    ] as const) {
      const wanted = all.filter(isWanted);
      const indexes = wanted.filter(({ isMacro }) => !isMacro).map(({ index }) => index);
      const part = decodePart(encodePart(outline, indexes));
      const expected = whole.filter((_, at) => isWanted(all[at]!));
      assert.deepEqual(compiler.skeletons(text, wanted, part), expected, text);
    }
    return functions.length;
  };

  it('suffices for the skeletons of every fixture', () => {
    const counts = filesUnder('test/fixtures')
      .filter((name) => name.endsWith('.c'))
      .map((name) => check(read(name)));
    assert.ok(counts.length > 100 && counts.some((count) => count > 3));
  });

  it('contains macros, and members if some are guarded', () => {
    check(GUARDED);
    const { outline } = compiler.compile(GUARDED).summary;
    const wanted = [{ isMacro: false, index: 0, functionHash: outline.functions[0]?.hash ?? '' }];
    const part = decodePart(encodePart(outline, [0]));
    const whole = compiler.skeletons(GUARDED, wanted, part);
    for (const missing of [{ macros: [] }, { guards: [] }, { records: [] }])
      assert.notDeepEqual(compiler.skeletons(GUARDED, wanted, { ...part, ...missing }), whole);
  });

  it('contains the requested functions under their own numbers', () => {
    const { outline } = compiler.compile(`${GUARDED}static void two(void) { }\n`).summary;
    const { functions } = decodePart(encodePart(outline, [7, 1]));
    assert.deepEqual(functions, { 1: outline.functions[1] });
  });

  it('yields nothing for a function that has changed', () => {
    const { outline } = compiler.compile(GUARDED).summary;
    const part = decodePart(encodePart(outline, [0]));
    const wanted = [{ isMacro: false, index: 0, functionHash: 'another' }];
    assert.deepEqual(compiler.skeletons(GUARDED, wanted, part), [undefined]);
    assert.deepEqual(compiler.skeletons(GUARDED, [{ ...wanted[0]!, index: 7 }], part), [undefined]);
  });
});
