import assert from 'node:assert/strict';
import { applyFileEdits } from '../../../analysis/fixes/text/edits.js';
import { becomes, cycleIn, fn, objects, refuses, semaphores, type World } from './worlds.js';

describe('the reorder fix moves lines', () => {
  it('swaps two acquisitions and their releases', async () => {
    await becomes(
      semaphores,
      'down(&sem2); | down(&sem1); | shared--; | up(&sem1); | up(&sem2); | return n;',
      'down(&sem1); | down(&sem2); | shared--; | up(&sem2); | up(&sem1); | return n;',
    );
  });
  it('leaves releases that already mirror the new order, or that are separate', async () => {
    await becomes(
      semaphores,
      'down(&sem2); | down(&sem1); | up(&sem2); | up(&sem1); | return n;',
      'down(&sem1); | down(&sem2); | up(&sem2); | up(&sem1); | return n;',
    );
    await becomes(
      semaphores,
      'down(&sem2); | down(&sem1); | up(&sem1); | shared--; | up(&sem2); | return n;',
      'down(&sem1); | down(&sem2); | up(&sem1); | shared--; | up(&sem2); | return n;',
    );
  });
  it('swaps the releases of every exit', async () => {
    await becomes(
      semaphores,
      'down(&sem2); | down(&sem1); | if (n) { | > up(&sem1); | > up(&sem2); | > return 0; | } | up(&sem1); | up(&sem2); | return n;',
      'down(&sem1); | down(&sem2); | if (n) { | > up(&sem2); | > up(&sem1); | > return 0; | } | up(&sem2); | up(&sem1); | return n;',
    );
  });
  it('swaps releases after a label', async () => {
    await becomes(
      semaphores,
      'down(&sem2); | down(&sem1); | if (n) | > goto out; | shared--; | out: | up(&sem1); | up(&sem2); | return n;',
      'down(&sem1); | down(&sem2); | if (n) | > goto out; | shared--; | out: | up(&sem2); | up(&sem1); | return n;',
    );
  });
  it('swaps statements after a label, but not across one', async () => {
    await becomes(
      semaphores,
      'again: | down(&sem2); | down(&sem1); | up(&sem1); | up(&sem2); | if (n) | > goto again; | return n;',
      'again: | down(&sem1); | down(&sem2); | up(&sem2); | up(&sem1); | if (n) | > goto again; | return n;',
    );
    await refuses(
      semaphores,
      'down(&sem2); | again: | down(&sem1); | up(&sem1); | if (n) | > goto again; | up(&sem2); | return n;',
      /label before down\(&sem1\)/,
    );
  });
  it('swaps statements that share a line', async () => {
    await becomes(
      semaphores,
      'down(&sem2); down(&sem1); | up(&sem1); up(&sem2); | return n;',
      'down(&sem1); down(&sem2); | up(&sem2); up(&sem1); | return n;',
    );
  });
  it('refuses to split a line that contains other code', async () => {
    await refuses(
      semaphores,
      'down(&sem2); | down(&sem1); shared--; | up(&sem1); | up(&sem2); | return n;',
      /shares a line/,
    );
  });
  it('moves comments with their statements', async () => {
    await becomes(
      semaphores,
      '/* keeps sem2 away */ | down(&sem2); | /* and the first */ | down(&sem1); /* one */ | up(&sem1); /* one */ | up(&sem2); | return n;',
      '/* and the first */ | down(&sem1); /* one */ | /* keeps sem2 away */ | down(&sem2); | up(&sem2); | up(&sem1); /* one */ | return n;',
    );
  });
  it('leaves a comment about both locks above both', async () => {
    await becomes(
      semaphores,
      '/* nobody may disturb us */ | down(&sem2); | down(&sem1); | up(&sem1); | up(&sem2); | return n;',
      '/* nobody may disturb us */ | down(&sem1); | down(&sem2); | up(&sem2); | up(&sem1); | return n;',
    );
  });
  it('leaves no double blank lines', async () => {
    await becomes(
      semaphores,
      'down(&sem2); | n++; |  | down(&sem1); |  | up(&sem1); | up(&sem2); | return n;',
      'down(&sem1); | down(&sem2); | n++; |  | up(&sem2); | up(&sem1); | return n;',
    );
  });
  it("keeps the file's line breaks", async () => {
    const before = semaphores.head + fn(semaphores.signature, 'down(&sem2); | down(&sem1); | return 0;');
    const text = before.replaceAll('\n', '\r\n');
    const { fixes } = await cycleIn(text);
    const after = applyFileEdits(text, fixes[0]?.edits ?? []);
    assert.ok(after.includes('\tdown(&sem1);\r\n\tdown(&sem2);\r\n\treturn'));
    assert.equal(after.replaceAll('\r\n', '').includes('\n'), false);
  });
  it('changes all wrong places or none', async () => {
    const good = 'down(&sem1); | down(&sem2); | up(&sem2); | up(&sem1); | return 0;';
    const bad = 'down(&sem2); | down(&sem1); | up(&sem1); | up(&sem2); | return 0;';
    const slow = 'down(&sem2); | msleep(1); | down(&sem1); | up(&sem1); | up(&sem2); | return 0;';
    const most = semaphores.head + fn('int also(void)', good) + fn('int too(void)', good);
    const both = most + fn('int one(void)', bad) + fn('int two(void)', bad);
    const { fixes } = await cycleIn(both);
    assert.equal(
      applyFileEdits(both, fixes[0]?.edits ?? []),
      most + fn('int one(void)', good) + fn('int two(void)', good),
    );
    const half = await cycleIn(most + fn('int one(void)', bad) + fn('int two(void)', slow));
    assert.deepEqual(half.fixes, []);
    assert.match(half.refusals[0]?.reason ?? '', /msleep.*two\(\), a\.c:/);
  });
  it('moves an acquisition out of a block', async () => {
    await becomes(
      semaphores,
      'down(&sem2); | if (n) { | > down(&sem1); | > shared++; | > up(&sem1); | } | up(&sem2); | return n;',
      'down(&sem1); | down(&sem2); | if (n) | > shared++; | up(&sem2); | up(&sem1); | return n;',
    );
  });
  it('refuses acquisitions under a condition or around a preprocessor directive', async () => {
    await refuses(
      semaphores,
      'down(&sem2); | if (n) | > down(&sem1); | up(&sem2); | return n;',
      /under a condition/,
    );
    await refuses(
      semaphores,
      'down(&sem2); | #ifdef X | shared--; | #endif | down(&sem1); | return n;',
      /preprocessor/,
    );
  });
});

describe('the reorder fix handles helper functions', () => {
  const helpers: World = {
    ...semaphores,
    head: `${semaphores.head}${fn('int as_well(void)', 'down(&sem1); | down(&sem2); | up(&sem2); | up(&sem1); | return 0;')}
static void take(void)
{
	down(&sem1);
}

static void drop(void)
{
	up(&sem1);
}

static void take_and_count(void)
{
	down(&sem1);
	shared++;
}

#define TAKE(s)	down(s)
#define DROP(s)	up(s)

`,
  };
  it('treats a call of a function that only takes the lock like the acquisition', async () => {
    await becomes(
      helpers,
      'down(&sem2); | take(); | shared--; | drop(); | up(&sem2); | return n;',
      'take(); | down(&sem2); | shared--; | up(&sem2); | drop(); | return n;',
    );
    await becomes(
      helpers,
      'TAKE(&sem2); | TAKE(&sem1); | shared--; | DROP(&sem1); | up(&sem2); | return n;',
      'TAKE(&sem1); | TAKE(&sem2); | shared--; | up(&sem2); | DROP(&sem1); | return n;',
    );
  });
  it('refuses a call of a function that does more', async () => {
    await refuses(
      helpers,
      'down(&sem2); | take_and_count(); | up(&sem1); | up(&sem2); | return n;',
      /wrong\(\) takes sem1 inside take_and_count\(\), which does more than that/,
    );
  });
});

describe('the reorder fix rewrites error paths', () => {
  it('of two interruptible acquisitions', async () => {
    await becomes(
      semaphores,
      'if (down_interruptible(&sem2)) | > return -EINTR; | if (down_interruptible(&sem1)) { | > up(&sem2); | > return -ERESTARTSYS; | } | up(&sem1); | up(&sem2); | return n;',
      'if (down_interruptible(&sem1)) | > return -ERESTARTSYS; | if (down_interruptible(&sem2)) { | > up(&sem1); | > return -EINTR; | } | up(&sem2); | up(&sem1); | return n;',
    );
  });
  it('of an interruptible acquisition under one that cannot fail', async () => {
    await becomes(
      semaphores,
      'int ret; |  | down(&sem2); | ret = down_killable(&sem1); | if (ret < 0) { | > up(&sem2); | > return ret; | } | up(&sem1); | up(&sem2); | return n;',
      'int ret; |  | ret = down_killable(&sem1); | if (ret < 0) | > return ret; | down(&sem2); | up(&sem2); | up(&sem1); | return n;',
    );
  });
  it('of an acquisition that cannot fail under an interruptible one, or a trylock', async () => {
    await becomes(
      semaphores,
      'if (down_trylock(&sem2)) | > return -EBUSY; | down(&sem1); | up(&sem1); | up(&sem2); | return n;',
      'down(&sem1); | if (down_trylock(&sem2)) { | > up(&sem1); | > return -EBUSY; | } | up(&sem2); | up(&sem1); | return n;',
    );
    await becomes(
      objects,
      'if (!mutex_trylock(&p->lock)) { | > p->busy++; | > return -EBUSY; | } | mutex_lock(&c->lock); | mutex_unlock(&c->lock); | mutex_unlock(&p->lock); | return 0;',
      'mutex_lock(&c->lock); | if (!mutex_trylock(&p->lock)) { | > mutex_unlock(&c->lock); | > p->busy++; | > return -EBUSY; | } | mutex_unlock(&p->lock); | mutex_unlock(&c->lock); | return 0;',
    );
  });
  it('with a jump to a label that only releases', async () => {
    await becomes(
      semaphores,
      'int ret; |  | down(&sem2); | ret = down_interruptible(&sem1); | if (ret) | > goto unlock; | shared--; | up(&sem1); | unlock: | up(&sem2); | return ret;',
      'int ret; |  | ret = down_interruptible(&sem1); | if (ret) | > return ret; | down(&sem2); | shared--; | up(&sem2); | up(&sem1); | return ret;',
    );
  });
  it('but not those that do more, or that use different variables', async () => {
    await refuses(
      semaphores,
      'down(&sem2); | if (down_interruptible(&sem1)) { | > shared--; | > up(&sem2); | > return -EINTR; | } | up(&sem1); | up(&sem2); | return n;',
      /does more than release sem2/,
    );
    await refuses(
      semaphores,
      'down(&sem2); | if (down_interruptible(&sem1)) | > goto out; | up(&sem1); | out: | shared--; | up(&sem2); | return n;',
      /a label that does more/,
    );
    await refuses(
      semaphores,
      'n = down_interruptible(&sem2); | if (n) | > return n; | if (down_interruptible(&sem1)) { | > up(&sem2); | > return n; | } | up(&sem1); | up(&sem2); | return n;',
      /same variable/,
    );
    await refuses(
      semaphores,
      'if (down_interruptible(&sem2) || n) | > return -EINTR; | down(&sem1); | up(&sem1); | up(&sem2); | return n;',
      /tested together/,
    );
    await refuses(
      objects,
      'if (mutex_trylock(&p->lock)) { | > mutex_lock(&c->lock); | > mutex_unlock(&c->lock); | } | return 0;',
      /inside the condition/,
    );
  });
  it('but not if a statement would no longer run', async () => {
    await refuses(
      semaphores,
      'down(&sem2); | unrelated = 1; | if (down_interruptible(&sem1)) { | > up(&sem2); | > return -EINTR; | } | up(&sem1); | up(&sem2); | return n;',
      /of which one may fail/,
    );
  });
});
