import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { analyse } from '../../support/analyse.js';

const TEXT = `struct work { int state; };
struct queue { struct mutex lock; struct work work; int length; };
struct queue *queues[8];
int number_of(void *cookie);

static void flush(struct queue *queue)
{
	mutex_lock(&queue->lock);
	queue->length = 0;
	mutex_unlock(&queue->lock);
}

static void flush_work(struct work *work)
{
	struct queue *queue = container_of(work, struct queue, work);

	mutex_lock(&queue->lock);
	queue->length = 0;
	mutex_unlock(&queue->lock);
}

static void flush_one(void *cookie)
{
	mutex_lock(&queues[number_of(cookie)]->lock);
	mutex_unlock(&queues[number_of(cookie)]->lock);
}
`;

describe('the displayed name of a lock', () => {
  it('is its access path while every part has a name, else its class', async () => {
    const { snapshot } = await analyse(new Map([['a.c', TEXT]]));
    const names = ['flush', 'flush_work', 'flush_one'].map((name) => {
      const index = snapshot.program.outline('a.c')?.functions.findIndex((item) => item.name === name) ?? -1;
      const fn = snapshot.program.functionAt('a.c', index);
      assert.ok(fn);
      return snapshot.analysis.summary(fn)?.acquires.map(({ text }) => text);
    });
    assert.deepEqual(names, [['queue->lock'], ['queue->lock'], ['queue.lock']]);
  });
});
