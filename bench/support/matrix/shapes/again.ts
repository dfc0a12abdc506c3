import type { Bare } from './shape.js';
import type { Family } from '../families.js';

/** A reader of these may block behind a writer that waits for the first reader. */
const exclusive = ({ succeeds, exclusive: is }: Family): boolean => succeeds === undefined && is === true;

/** A held lock is taken again. AGAIN is a whole section of the same lock. */
export const AGAIN: readonly Bare[] = [
  {
    name: 'callee takes it',
    fits: exclusive,
    deep: 'AGAIN',
    body: `
	TAKE;
	d->count += n;
+	DEEP;
	DROP;
-	DEEP;
	return OK;`,
  },
  {
    name: 'callee on the error path takes it',
    fits: exclusive,
    deep: 'AGAIN',
    body: `
	TAKE;
	if (COND) {
+		DEEP;
		DROP;
-		DEEP;
		return ERR;
	}
	d->count += n;
	DROP;
	return OK;`,
  },
  {
    name: 'callee behind a label takes it',
    fits: exclusive,
    locals: 'int ret;',
    deep: 'AGAIN',
    body: `
	TAKE;
	ret = CALL;
	if (ret < 0)
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
    name: 'callee in a loop takes it',
    fits: exclusive,
    locals: 'int i;',
    deep: 'AGAIN',
    body: `
+	TAKE;
	for (i = 0; i < 4; i++) {
		if (d->slots[i])
			DEEP;
	}
+	DROP;
	return OK;`,
  },
  {
    name: 'callee in a case takes it',
    fits: exclusive,
    deep: 'AGAIN',
    body: `
	TAKE;
	switch (n) {
	case 0:
		d->state = 0;
		break;
	case 3:
-		DROP;
		DEEP;
-		TAKE;
		break;
	}
	DROP;
	return OK;`,
  },
  {
    name: 'callee in a short circuit takes it',
    fits: exclusive,
    top: `
static int unit_peek(struct unit *d, int n)
{
	AGAINx;
	return d->state;
}`,
    locals: 'int seen;',
    body: `
+	TAKE;
	if (d->ready && unit_peek(d, n) > 2)
		d->count++;
-	TAKE;
	seen = d->state;
	DROP;
	d->err = seen;
	return OK;`,
  },
  {
    name: 'continue without release',
    fits: exclusive,
    locals: 'int i;',
    also: ['missing-unlock'],
    body: `
	for (i = 0; i < d->count; i++) {
		TAKE;
		if (d->slots[i] == n) {
			d->slots[i] = 0;
-			DROP;
			continue;
		}
		d->slots[i]++;
		DROP;
	}
	return OK;`,
  },
  {
    name: 'retry with the lock',
    fits: exclusive,
    also: ['missing-unlock'],
    body: `
again:
	TAKE;
	if (COND) {
		d->state++;
-		DROP;
		goto again;
	}
	d->count += n;
	DROP;
	return OK;`,
  },
  {
    name: 'do-while takes it each round',
    fits: exclusive,
    locals: 'int ret;',
    body: `
	do {
		TAKE;
		ret = CALL;
-		DROP;
	} while (ret == -EAGAIN);
-	TAKE;
	d->state = ret;
	DROP;
	return OK;`,
  },
  {
    name: 'taken twice in one function',
    fits: exclusive,
    body: `
	TAKE;
	d->count += n;
-	DROP;
	if (COND) {
		TAKE;
		d->state = 1;
		DROP;
+		return ERR;
	}
+	DROP;
	return OK;`,
  },
  {
    name: 'taken twice at the end of a chain',
    fits: exclusive,
    locals: 'int ret = 0;',
    body: `
	TAKE;
	if (COND)
		goto out;
	d->count += n;
+out:
-	DROP;
	TAKE;
	d->state = ret;
-out:
	DROP;
	return RET;`,
  },
  {
    name: 'case falls through to an acquisition',
    fits: exclusive,
    body: `
	switch (n) {
	case 1:
		TAKE;
		d->state = 1;
-		DROP;
		fallthrough;
	case 2:
		TAKE;
		d->count++;
		DROP;
		break;
	}
	return OK;`,
  },
  {
    name: 'under a guard',
    fits: (family) => exclusive(family) && family.guard !== undefined,
    isDirect: true,
    deep: 'AGAIN',
    body: `
+	GUARD;
+	d->count += n;
-	SCOPED_GUARD
-		d->count += n;
	DEEP;
	return OK;`,
  },
  {
    name: 'under a scoped guard',
    fits: (family) => exclusive(family) && family.guard !== undefined,
    isDirect: true,
    deep: 'AGAIN',
    body: `
	SCOPED_GUARD {
		d->count += n;
+		DEEP;
	}
-	DEEP;
	return OK;`,
  },
  {
    name: 'same object under another name',
    fits: exclusive,
    locals: 'struct unit *same = d;',
    deep: 'AGAIN',
    body: `
	TAKE;
	same->count += n;
+	DEEPSAME;
	DROP;
-	DEEPSAME;
	return OK;`,
  },
];
