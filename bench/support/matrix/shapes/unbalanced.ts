import { anyFamily, type Bare } from './shape.js';

/** A release without the lock held. */
export const UNBALANCED: readonly Bare[] = [
  {
    name: 'released, then label of the release',
    locals: 'int ret = 0;',
    body: `
	TAKE;
	ret = CALL;
	DROP;
	if (ret)
+		goto unlock;
-		goto out;
	TAKE;
	d->count += n;
+unlock:
	DROP;
-out:
	return RET;`,
  },
  {
    name: 'label of the release before the lock',
    fits: anyFamily,
    locals: 'int ret = 0;',
    body: `
	if (COND) {
		ret = -EINVAL;
+		goto unlock;
-		goto out;
	}
	TAKE;
	ret = CALL;
+unlock:
	DROP;
-out:
	return RET;`,
  },
  {
    name: 'released in the error arm and behind it',
    locals: 'int ret;',
    fits: anyFamily,
    body: `
	TAKE;
	ret = CALL;
	if (ret) {
+		DROP;
		d->err++;
	}
	DROP;
	return RET;`,
  },
  {
    name: 'error arm releases, then jumps to the release',
    fits: anyFamily,
    locals: 'int ret = 0;',
    body: `
	TAKE;
	if (COND) {
+		DROP;
		ret = -EIO;
		goto unlock;
	}
	d->count += n;
unlock:
	DROP;
	return RET;`,
  },
  {
    name: 'released in a loop and behind it',
    locals: 'int i;',
    body: `
	TAKE;
	for (i = 0; i < 8; i++) {
		if (d->slots[i] == n) {
			d->slots[i] = 0;
+			DROP;
			break;
		}
	}
	DROP;
	return OK;`,
  },
  {
    name: 'case falls through to a release',
    body: `
	TAKE;
	switch (n) {
	case 1:
		d->state = 1;
+		DROP;
		fallthrough;
	case 2:
		d->count++;
		DROP;
		break;
	default:
		DROP;
		break;
	}
	return OK;`,
  },
  {
    name: 'released in a case and behind the switch',
    body: `
	TAKE;
	switch (n) {
	case 1:
		d->state = 1;
		break;
	case 2:
		d->count++;
+		DROP;
		break;
	}
	DROP;
	return OK;`,
  },
  {
    name: 'callee releases on failure',
    locals: 'int ret;',
    top: `
static int unit_check(struct unit *d, int n)
{
	if (n > d->count) {
+		OWN_DROP;
		return -ERANGE;
	}
	d->state = n;
	return 0;
}`,
    fits: ({ flags, succeeds }) => flags !== true && succeeds === undefined,
    body: `
	TAKE;
	ret = unit_check(d, n);
	if (ret)
		d->err++;
	DROP;
	return RET;`,
  },
  {
    name: 'callee always releases',
    top: `
static void unit_finish(struct unit *d)
{
	d->state = 0;
+	OWN_DROP;
}`,
    fits: ({ flags, succeeds }) => flags !== true && succeeds === undefined,
    body: `
	TAKE;
	d->count += n;
	unit_finish(d);
	DROP;
	return OK;`,
  },
  {
    name: 'released where the acquisition failed',
    fits: ({ succeeds, exclusive }) => succeeds === 'zero' && exclusive === true,
    isDirect: true,
    locals: 'int ret;',
    body: `
	ret = TAKEN;
	if (ret)
+		goto unlock;
-		return RET;
	d->count += n;
+unlock:
	DROP;
	return RET;`,
  },
  {
    name: 'released where the try failed',
    fits: ({ succeeds }) => succeeds === 'nonzero',
    isDirect: true,
    body: `
	if (!TAKEN) {
		d->err++;
+		goto unlock;
-		goto out;
	}
	d->count += n;
+unlock:
	DROP;
-out:
	return OK;`,
  },
  {
    name: 'released twice in a row of labels',
    locals: 'int ret;',
    body: `
	TAKE;
	ret = CALL;
	if (ret)
		goto err;
	d->count += n;
	DROP;
	return OK;
err:
	d->err = ret;
	DROP;
	if (d->state)
		d->state = 0;
+	DROP;
	return RET;`,
  },
  {
    name: 'retry label behind the acquisition',
    body: `
+	TAKE;
again:
-	TAKE;
	if (COND) {
		DROP;
		cpu_relax();
		goto again;
	}
	d->count += n;
	DROP;
	return OK;`,
  },
  {
    name: 'dropped for a callee, not taken again on failure',
    locals: 'int ret;',
    body: `
	TAKE;
	d->count += n;
	DROP;
	ret = CALL;
+	if (!ret)
+		TAKE;
-	TAKE;
	d->state = ret;
	DROP;
	return RET;`,
  },
  {
    name: 'break without taking again',
    locals: 'int i;',
    body: `
	TAKE;
	for (i = 0; i < d->count; i++) {
		DROP;
+		if (CALL)
+			break;
		TAKE;
-		if (d->state)
-			break;
	}
	DROP;
	return OK;`,
  },
  {
    name: 'released beside a guard',
    fits: ({ guard, atomic }) => guard !== undefined && atomic !== true,
    isDirect: true,
    body: `
	GUARD;
	if (COND) {
+		DROP;
		return ERR;
	}
	d->count += n;
	return OK;`,
  },
  {
    name: 'both flags',
    locals: 'bool done = false;',
    body: `
	TAKE;
	if (COND) {
		d->state = n;
		DROP;
		done = true;
	}
+	if (d->err == 3)
+		DROP;
+	else if (!done)
-	if (!done)
		DROP;
	return OK;`,
  },
];
