import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { Compiler, KeptSkeletons } from '../../../../host/compile.js';
import { createNodeParser } from '../../../../host/node/parser.js';

const TEXT = `#define LOCK(x) mutex_lock(&(x)->lock)
struct dev { struct mutex lock; };

static void one(struct dev *dev)
{
	LOCK(dev);
	mutex_unlock(&dev->lock);
}

static void two(struct dev *dev)
{
	mutex_lock(&dev->lock);
	mutex_unlock(&dev->lock);
}
`;

/** Texts that follow one another in an editor. */
const VERSIONS: readonly string[] = [
  TEXT,
  TEXT.replace('static void two', '/* a line more */\n\nstatic void two'),
  TEXT.replace('mutex_lock(&dev->lock);\n', 'mutex_lock(&dev->lock); use(dev);\n'),
  TEXT.replace('mutex_lock(&(x)->lock)', 'mutex_lock_nested(&(x)->lock, 1)'),
  TEXT.replace('#define LOCK(x) mutex_lock(&(x)->lock)\n', ''),
  TEXT.replace('}\n\nstatic void two', '} static void two'),
  TEXT.slice(TEXT.indexOf('struct')) + TEXT.slice(0, TEXT.indexOf('struct')),
  TEXT.replace('static void one', 'static void two'),
  TEXT.replace('LOCK(dev);', 'LOCK(dev'),
  '',
  TEXT,
];

describe('KeptSkeletons', () => {
  let compiler: Compiler;

  before(async () => {
    compiler = new Compiler([], await createNodeParser());
  });

  it('give the same result as compiling again, for every version', () => {
    const kept = new KeptSkeletons();
    for (const text of VERSIONS) {
      assert.deepEqual(compiler.compile(text, kept).summary, compiler.compile(text).summary, text);
    }
  });

  it('keep the skeletons of functions that only moved', () => {
    const kept = new KeptSkeletons();
    const [first = TEXT, second = TEXT] = VERSIONS;
    const before = compiler.compile(first, kept).summary.skeletons.get(1);
    assert.equal(compiler.compile(second, kept).summary.skeletons.get(1), before);
  });
});
