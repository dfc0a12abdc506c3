import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { analyse } from '../../support/analyse.js';

const TEXT = `struct dev { spinlock_t lock; };

static void both(struct dev *one, struct dev *other)
{
	spin_lock(&one->lock);
	spin_lock(&other->lock);
}

void use(struct dev *one, struct dev *other)
{
	both(one, other);
}
`;

describe('locks of two objects that a function leaves held', () => {
  it('give two findings', async () => {
    const { snapshot } = await analyse(new Map([['a.c', TEXT]]));
    const kept = snapshot.findings.filter(({ rule }) => rule === 'missing-unlock');
    assert.equal(kept.length, 2);
    assert.equal(new Set(kept.map(({ id }) => id)).size, 2);
  });
});

const CALLED_TWICE = `struct dev { struct mutex lock; int n; };

int asserting(struct dev *d)
{
	lockdep_assert_held(&d->lock);
	return 1;
}

int calling(struct dev *d)
{
	asserting(d);
	asserting(d);
	mutex_lock(&d->lock);
	return 1;
}
`;

describe('two calls of a function without the lock that it asserts', () => {
  it('give one finding, at the first call', async () => {
    const { snapshot } = await analyse(new Map([['a.c', CALLED_TWICE]]));
    const found = snapshot.findings.filter(({ rule }) => rule === 'annotation-mismatch');
    assert.deepEqual(
      found.map(({ at }) => at.line),
      [11],
    );
  });
});
