import type { Family } from '../families.js';
import type { Bare } from './shape.js';

/** Something that may sleep, in an atomic section. SLEEP is one of the ways to sleep. */
const holds = ({ succeeds, atomic }: Family): boolean => succeeds === undefined && atomic === true;

export const SLEEPING: readonly Bare[] = [
  {
    name: 'in the section',
    fits: holds,
    deep: 'SLEEP',
    body: `
	TAKE;
	d->count += n;
+	DEEP;
	DROP;
-	DEEP;
	return OK;`,
  },
  {
    name: 'under a condition',
    fits: holds,
    deep: 'SLEEP',
    body: `
	TAKE;
	if (COND) {
		d->state = n;
+		DEEP;
	}
	DROP;
-	DEEP;
	return OK;`,
  },
  {
    name: 'on the error path',
    fits: holds,
    locals: 'int ret;',
    deep: 'SLEEP',
    body: `
	TAKE;
	ret = CALL;
	if (ret)
		goto fail;
	d->count += n;
	DROP;
	return OK;
fail:
+	DEEP;
	DROP;
-	DEEP;
	return RET;`,
  },
  {
    name: 'in a loop',
    fits: holds,
    locals: 'int i;',
    deep: 'SLEEP',
    body: `
	for (i = 0; i < 4; i++) {
		TAKE;
		d->slots[i] = n;
-		DROP;
		if (COND)
			DEEP;
+		DROP;
	}
	return OK;`,
  },
  {
    name: 'in a case',
    fits: holds,
    deep: 'SLEEP',
    body: `
	TAKE;
	switch (n) {
	case 1:
		d->state = 1;
		break;
	case 2:
-		DROP;
		DEEP;
-		TAKE;
		d->count++;
		break;
	}
	DROP;
	return OK;`,
  },
  {
    name: 'released in one arm only',
    fits: holds,
    deep: 'SLEEP',
    also: ['missing-unlock'],
    body: `
	TAKE;
	if (COND) {
		d->state = n;
		DROP;
	} else {
		d->count++;
-		DROP;
		DEEP;
+		DROP;
	}
	return OK;`,
  },
  {
    name: 'taken before instead of behind',
    fits: holds,
    deep: 'SLEEP',
    body: `
-	DEEP;
	TAKE;
+	DEEP;
	d->state = n;
	DROP;
	return OK;`,
  },
  {
    name: 'flags by a ternary',
    fits: holds,
    locals: 'void *buf;',
    body: `
	TAKE;
+	buf = kmalloc(64, d->ready ? GFP_KERNEL : GFP_ATOMIC);
-	buf = kmalloc(64, d->ready ? GFP_NOWAIT : GFP_ATOMIC);
	if (buf)
		d->buf = buf;
	DROP;
	return OK;`,
  },
  {
    name: 'flags in a variable',
    fits: holds,
    locals: 'void *buf;\n\tgfp_t gfp = GFPWORD;',
    body: `
	TAKE;
	buf = kmalloc(64, gfp);
	if (buf)
		d->buf = buf;
	DROP;
	return OK;`,
  },
  {
    name: 'flags of a helper',
    fits: holds,
    locals: 'void *buf;',
    top: `
static void *unit_alloc(struct unit *d, gfp_t gfp)
{
	d->count++;
	return kzalloc(128, gfp);
}`,
    body: `
	TAKE;
	buf = unit_alloc(d, GFPWORD);
	if (buf)
		d->buf = buf;
	DROP;
	return OK;`,
  },
  {
    name: 'under a guard',
    fits: (family) => holds(family) && family.guard !== undefined,
    isDirect: true,
    deep: 'SLEEP',
    body: `
	SCOPED_GUARD {
		d->count += n;
+		DEEP;
	}
-	DEEP;
	return OK;`,
  },
  {
    name: 'behind a guard of the function',
    fits: (family) => holds(family) && family.guard !== undefined,
    isDirect: true,
    deep: 'SLEEP',
    body: `
-	DEEP;
	GUARD;
	d->count += n;
+	DEEP;
	return OK;`,
  },
];

/** Ways to sleep, as statements over `d` and `n`. */
export const SLEEPS: readonly { readonly name: string; readonly text: string }[] = [
  { name: 'kmalloc', text: 'd->buf = kmalloc(64, GFP_KERNEL)' },
  { name: 'mutex', text: 'mutex_lock(&d->cfg);\nd->err = 0;\nmutex_unlock(&d->cfg)' },
  { name: 'msleep', text: 'msleep(20)' },
  { name: 'usleep_range', text: 'usleep_range(100, 200)' },
  { name: 'wait_event', text: 'wait_event(d->wq, d->ready)' },
  { name: 'wait_for_completion', text: 'wait_for_completion(&d->done)' },
  { name: 'copy_from_user', text: 'if (copy_from_user(d->buf, d->user, 8))\n\td->err = 1' },
  { name: 'synchronize_rcu', text: 'synchronize_rcu()' },
  { name: 'vmalloc', text: 'd->buf = vmalloc(4096)' },
  { name: 'down_read', text: 'down_read(&d->sem);\nd->err = 0;\nup_read(&d->sem)' },
  { name: 'kthread_stop', text: 'kthread_stop(d->task)' },
  { name: 'flush_work', text: 'flush_work(&d->other)' },
  { name: 'cond_resched', text: 'cond_resched()' },
  { name: 'might_sleep', text: 'might_sleep()' },
  { name: 'guard', text: 'scoped_guard(mutex, &d->cfg)\n\td->err = 0' },
];
