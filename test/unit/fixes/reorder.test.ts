import assert from 'node:assert/strict';
import { applyFileEdits } from '../../../analysis/fixes/edits.js';
import { becomes, fn, objects, propose, refuses, SEM1, SEM2, semaphores, SEMAPHORES } from './worlds.js';

function wrong(name: string, lines: string): string {
  return fn(`static int ${name}(int n)`, lines);
}

describe('the reorder fix moves lines', () => {
  it('swaps two acquisitions and their releases', () => {
    becomes(
      semaphores,
      'down(&sem2); | down(&sem1); | shared--; | up(&sem1); | up(&sem2); | return n;',
      'down(&sem1); | down(&sem2); | shared--; | up(&sem2); | up(&sem1); | return n;',
    );
  });
  it('leaves releases alone that are mirrored by the new order already, or stand apart', () => {
    becomes(
      semaphores,
      'down(&sem2); | down(&sem1); | up(&sem2); | up(&sem1); | return n;',
      'down(&sem1); | down(&sem2); | up(&sem2); | up(&sem1); | return n;',
    );
    becomes(
      semaphores,
      'down(&sem2); | down(&sem1); | up(&sem1); | shared--; | up(&sem2); | return n;',
      'down(&sem1); | down(&sem2); | up(&sem1); | shared--; | up(&sem2); | return n;',
    );
  });
  it('swaps the releases of every way out', () => {
    becomes(
      semaphores,
      'down(&sem2); | down(&sem1); | if (n) { | > up(&sem1); | > up(&sem2); | > return 0; | } | up(&sem1); | up(&sem2); | return n;',
      'down(&sem1); | down(&sem2); | if (n) { | > up(&sem2); | > up(&sem1); | > return 0; | } | up(&sem2); | up(&sem1); | return n;',
    );
  });
  it('swaps releases behind a label', () => {
    becomes(
      semaphores,
      'down(&sem2); | down(&sem1); | if (n) | > goto out; | shared--; | out: | up(&sem1); | up(&sem2); | return n;',
      'down(&sem1); | down(&sem2); | if (n) | > goto out; | shared--; | out: | up(&sem2); | up(&sem1); | return n;',
    );
  });
  it('swaps statements that share a line', () => {
    becomes(
      semaphores,
      'down(&sem2); down(&sem1); | up(&sem1); up(&sem2); | return n;',
      'down(&sem1); down(&sem2); | up(&sem2); up(&sem1); | return n;',
    );
  });
  it('refuses to tear a line that holds something else', () => {
    refuses(
      semaphores,
      'down(&sem2); | down(&sem1); shared--; | up(&sem1); | up(&sem2); | return n;',
      /shares a line/,
    );
  });
  it('takes comments along', () => {
    becomes(
      semaphores,
      '/* keeps sem2 away */ | down(&sem2); | /* and the first */ | down(&sem1); /* one */ | up(&sem1); /* one */ | up(&sem2); | return n;',
      '/* and the first */ | down(&sem1); /* one */ | /* keeps sem2 away */ | down(&sem2); | up(&sem2); | up(&sem1); /* one */ | return n;',
    );
  });
  it('leaves a comment on both above both', () => {
    becomes(
      semaphores,
      '/* nobody may disturb us */ | down(&sem2); | down(&sem1); | up(&sem1); | up(&sem2); | return n;',
      '/* nobody may disturb us */ | down(&sem1); | down(&sem2); | up(&sem2); | up(&sem1); | return n;',
    );
  });
  it('keeps blank lines single', () => {
    becomes(
      semaphores,
      'down(&sem2); | n++; |  | down(&sem1); |  | up(&sem1); | up(&sem2); | return n;',
      'down(&sem1); | down(&sem2); | n++; |  | up(&sem2); | up(&sem1); | return n;',
    );
  });
  it('keeps the line breaks of the file', () => {
    const text = (
      SEMAPHORES + fn('static int wrong(void)', 'down(&sem2); | down(&sem1); | return 0;')
    ).replaceAll('\n', '\r\n');
    const { fixes } = propose(text, semaphores.locks);
    const after = applyFileEdits(text, fixes[0]?.edits ?? []);
    assert.ok(after.includes('\tdown(&sem1);\r\n\tdown(&sem2);\r\n\treturn'));
    assert.equal(after.replaceAll('\r\n', '').includes('\n'), false);
  });
  it('changes every wrong place or none', () => {
    const good = 'down(&sem1); | down(&sem2); | return 0;';
    const bad = 'down(&sem2); | down(&sem1); | return 0;';
    const most = SEMAPHORES + wrong('also', good) + wrong('too', good);
    const both = most + wrong('one', bad) + wrong('two', bad);
    assert.equal(
      applyFileEdits(both, propose(both, [SEM1, SEM2]).fixes[0]?.edits ?? []),
      most + wrong('one', good) + wrong('two', good),
    );
    const half =
      most + wrong('one', bad) + wrong('two', 'down(&sem2); | msleep(1); | down(&sem1); | return 0;');
    const { fixes, refusals } = propose(half, [SEM1, SEM2]);
    assert.deepEqual(fixes, []);
    assert.match(refusals[0]?.reason ?? '', /msleep.*two\(\), a\.c:/);
  });
  it('refuses acquisitions in different blocks, behind a label, or around a preprocessor line', () => {
    refuses(
      semaphores,
      'down(&sem2); | if (n) { | > down(&sem1); | > up(&sem1); | } | up(&sem2); | return n;',
      /do not stand in one block/,
    );
    refuses(
      semaphores,
      'down(&sem2); | if (n) | > down(&sem1); | up(&sem2); | return n;',
      /under a condition/,
    );
    refuses(
      semaphores,
      'again: | down(&sem2); | down(&sem1); | if (n) | > goto again; | return n;',
      /label in front of/,
    );
    refuses(
      semaphores,
      'down(&sem2); | #ifdef X | shared--; | #endif | down(&sem1); | return n;',
      /preprocessor/,
    );
  });
});

describe('the reorder fix restructures error paths', () => {
  it('of two interruptible acquisitions', () => {
    becomes(
      semaphores,
      'if (down_interruptible(&sem2)) | > return -EINTR; | if (down_interruptible(&sem1)) { | > up(&sem2); | > return -ERESTARTSYS; | } | up(&sem1); | up(&sem2); | return n;',
      'if (down_interruptible(&sem1)) | > return -ERESTARTSYS; | if (down_interruptible(&sem2)) { | > up(&sem1); | > return -EINTR; | } | up(&sem2); | up(&sem1); | return n;',
    );
  });
  it('of an interruptible one under one that cannot fail', () => {
    becomes(
      semaphores,
      'int ret; |  | down(&sem2); | ret = down_killable(&sem1); | if (ret < 0) { | > up(&sem2); | > return ret; | } | up(&sem1); | up(&sem2); | return n;',
      'int ret; |  | ret = down_killable(&sem1); | if (ret < 0) | > return ret; | down(&sem2); | up(&sem2); | up(&sem1); | return n;',
    );
  });
  it('of one that cannot fail under an interruptible one, or a trylock', () => {
    becomes(
      semaphores,
      'if (down_trylock(&sem2)) | > return -EBUSY; | down(&sem1); | up(&sem1); | up(&sem2); | return n;',
      'down(&sem1); | if (down_trylock(&sem2)) { | > up(&sem1); | > return -EBUSY; | } | up(&sem2); | up(&sem1); | return n;',
    );
    becomes(
      objects,
      'if (!mutex_trylock(&p->lock)) { | > p->busy++; | > return -EBUSY; | } | mutex_lock(&c->lock); | mutex_unlock(&c->lock); | mutex_unlock(&p->lock); | return 0;',
      'mutex_lock(&c->lock); | if (!mutex_trylock(&p->lock)) { | > mutex_unlock(&c->lock); | > p->busy++; | > return -EBUSY; | } | mutex_unlock(&p->lock); | mutex_unlock(&c->lock); | return 0;',
    );
  });
  it('that go to a label which only releases', () => {
    becomes(
      semaphores,
      'int ret; |  | down(&sem2); | ret = down_interruptible(&sem1); | if (ret) | > goto unlock; | shared--; | up(&sem1); | unlock: | up(&sem2); | return ret;',
      'int ret; |  | ret = down_interruptible(&sem1); | if (ret) | > return ret; | down(&sem2); | shared--; | up(&sem2); | up(&sem1); | return ret;',
    );
  });
  it('but not those that do more, or go through different variables', () => {
    refuses(
      semaphores,
      'down(&sem2); | if (down_interruptible(&sem1)) { | > shared--; | > up(&sem2); | > return -EINTR; | } | up(&sem1); | up(&sem2); | return n;',
      /does more than release sem2/,
    );
    refuses(
      semaphores,
      'down(&sem2); | if (down_interruptible(&sem1)) | > goto out; | up(&sem1); | out: | shared--; | up(&sem2); | return n;',
      /a label that does more/,
    );
    refuses(
      semaphores,
      'n = down_interruptible(&sem2); | if (n) | > return n; | if (down_interruptible(&sem1)) { | > up(&sem2); | > return n; | } | up(&sem1); | up(&sem2); | return n;',
      /same variable/,
    );
    refuses(
      semaphores,
      'if (down_interruptible(&sem2) || n) | > return -EINTR; | down(&sem1); | up(&sem1); | up(&sem2); | return n;',
      /tested together/,
    );
    refuses(
      objects,
      'if (mutex_trylock(&p->lock)) { | > mutex_lock(&c->lock); | > mutex_unlock(&c->lock); | } | return 0;',
      /inside the condition/,
    );
  });
  it('not with something that would no longer happen', () => {
    refuses(
      semaphores,
      'down(&sem2); | unrelated = 1; | if (down_interruptible(&sem1)) { | > up(&sem2); | > return -EINTR; | } | up(&sem1); | up(&sem2); | return n;',
      /of which one may fail/,
    );
  });
});
