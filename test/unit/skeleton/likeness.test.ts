import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { decodeSummary, encodeSummary } from '../../../analysis/skeleton/codec/codec.js';
import {
  haveSameSkeletons,
  likenessOf,
  type Likeness,
  type SeenFile,
} from '../../../analysis/skeleton/likeness.js';
import { Compiler } from '../../../host/compile.js';
import { createNodeParser } from '../../../host/node/parser.js';

const TEXT = `// first
#include <linux/mutex.h>
#define DEPTH 4
#define HOLD(d) mutex_lock(&(d)->lock)

struct dev {
	struct mutex lock;
	int count; /* of users */
};

static int idle(struct dev *dev)
{
	dev->count = 1;
	return dev->count + 2;
}

int use(struct dev *dev)
{
	int left = 3;

	mutex_lock(&dev->lock);
	if (dev->count)
		idle(dev);
	pr_info("used %d", left);
	mutex_unlock(&dev->lock);
	return 0;
}
`;

describe('the likeness of two texts of a file', () => {
  let compiler: Compiler;

  before(async () => {
    compiler = new Compiler([], await createNodeParser());
  });

  /** With the skeleton of idle(), as if it had been asked for. */
  function seen(text: string): SeenFile {
    const summary = decodeSummary(encodeSummary(compiler.compile(text).summary));
    const wanted = { isMacro: false, index: 0, functionHash: summary.outline.functions[0]?.hash ?? '' };
    return { summary, asked: [{ ...wanted, skeleton: compiler.skeletons(text, [wanted])[0] }] };
  }

  const cases: readonly (readonly [what: string, from: string, to: string, Likeness | undefined])[] = [
    ['other words in a comment', '/* of users */', '/* of those who use it */', 'in-place'],
    ['another message', '"used %d"', '"was used %d"', 'in-place'],
    ['a line of comment between functions', '\nint use', '\n/* here */\nint use', 'moved'],
    ['a line of comment in a function', '\tint left', '\t/* none */\n\tint left', 'moved'],
    ['a blank line at the end', '\treturn 0;\n}\n', '\treturn 0;\n}\n\n', 'in-place'],
    ['deeper indentation', '\tmutex_lock(', '\t\tmutex_lock(', 'moved'],
    ['another name of a local that locks do not depend on', 'left', 'rest', 'in-place'],
    ['another name of a parameter', 'dev)\n{\n\tint', 'dve)\n{\n\tint', undefined],
    ['another value returned', 'return 0', 'return 1', undefined],
    ['another value in a body that was asked for', 'count = 1', 'count = 0', undefined],
    ['another lock', 'mutex_unlock(&dev->lock)', 'mutex_unlock(&dev->other)', undefined],
    ['a call more', '\t\tidle(dev);', '\t\tidle(dev), kick(dev);', undefined],
    ['a field more', '\tint count;', '\tint n, count;', undefined],
    ['a field of another type', '\tint count;', '\tlong count;', undefined],
    ['another macro', '(&(d)->lock)', '(&(d)->other)', undefined],
    ['another constant', 'DEPTH 4', 'DEPTH 5', undefined],
    ['a function more', '\nint use', '\nint none(void) { return 0; }\nint use', undefined],
    ['another linkage', 'static int idle', 'int idle', undefined],
    ['a condition', '\nint use', '\n#ifdef A\n#endif\nint use', 'moved'],
    ['a condition around a function', '\nint use', '\n#ifdef A\nint use', undefined],
    ['two statements on one line', ';\n\tif (dev', '; if (dev', undefined],
    ['two calls of one line apart', '; mutex_unlock', ';\n\tmutex_unlock', undefined],
  ];
  for (const [what, from, to, expected] of cases) {
    it(`${expected ?? 'is none'} after ${what}`, () => {
      const old = what.includes('one line')
        ? TEXT.replace(/idle\(dev\);[^]*?mutex_un/u, 'idle(dev); mutex_un')
        : TEXT;
      assert.ok(old.includes(from));
      const [before, now] = [seen(old), seen(old.replaceAll(from, to))];
      assert.equal(likenessOf(before, now), expected);
      // What is asked first must not rule out what the whole comparison would allow.
      if (expected !== undefined) assert.ok(haveSameSkeletons(before.summary, now.summary));
    });
  }

  it('is ruled out by the skeletons alone if a function behaves differently', () => {
    const { summary } = seen(TEXT);
    assert.ok(!haveSameSkeletons(summary, seen(TEXT.replace('idle(dev);', 'kick(dev);')).summary));
    assert.ok(!haveSameSkeletons(summary, seen(TEXT.replace('return 0', 'return 1')).summary));
  });

  it('is none if functions have swapped places', () => {
    const one = 'void one(void)\n{\n\tmutex_lock(&a);\n\tmutex_unlock(&a);\n}\n';
    const other = one.replace('one', 'other');
    assert.equal(likenessOf(seen(one + other), seen(other + one)), undefined);
  });
});
