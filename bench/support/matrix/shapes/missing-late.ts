import { anyFamily, type Bare } from './shape.js';

/** Exits that leave the lock held: after the result of a callee, behind a label, beside other locks. */
export const MISSING_LATE: readonly Bare[] = [
  {
    name: 'error pointer of a callee',
    locals: 'struct part *part;',
    top: 'struct part *part_get(int n);',
    body: `
	TAKE;
	part = part_get(n);
+	if (IS_ERR(part))
+		return ERR;
-	if (IS_ERR(part)) {
-		DROP;
-		return ERR;
-	}
	d->res = part;
	DROP;
	return OK;`,
  },
  {
    name: 'failed allocation',
    fits: anyFamily,
    locals: 'void *buf;',
    body: `
	TAKE;
	buf = kzalloc(32, GFP_ATOMIC);
+	if (!buf)
+		return ERR;
-	if (!buf) {
-		DROP;
-		return ERR;
-	}
	d->buf = buf;
	DROP;
	return OK;`,
  },
  {
    name: 'false of a callee',
    top: 'bool part_ready(struct part *part);',
    body: `
	TAKE;
+	if (!part_ready(d->res))
+		return ERR;
-	if (!part_ready(d->res)) {
-		DROP;
-		return ERR;
-	}
	d->state = n;
	DROP;
	return OK;`,
  },
  {
    name: 'short circuit before the release',
    body: `
	TAKE;
	d->state = n;
+	if (d->state > 4 && COND)
+		return ERR;
-	if (d->state > 4 && COND) {
-		DROP;
-		return ERR;
-	}
	if (!d->buf || n == 3) {
		DROP;
		return ERR;
	}
	DROP;
	return OK;`,
  },
  {
    name: 'ternary result returned at once',
    hasResult: true,
    locals: 'int ret;',
    body: `
	TAKE;
	if (n == 2) {
		DROP;
		return ERR;
	}
+	if (COND)
+		return RETURNED(n > 5 ? -EINVAL : -EIO);
	ret = n > 5 ? -EINVAL : -EIO;
	if (d->state)
		ret = 0;
	DROP;
	return RET;`,
  },
  {
    name: 'taken again after a wait, left on a failure',
    sleeps: true,
    fits: ({ succeeds, atomic, name }) =>
      succeeds === undefined && (atomic !== true || name.startsWith('spin_')),
    body: `
	TAKE;
	while (d->state) {
		DROP;
		msleep(10);
		TAKE;
+		if (d->err)
+			return ERR;
-		if (d->err) {
-			DROP;
-			return ERR;
-		}
	}
	DROP;
	return OK;`,
  },
  {
    name: 'other lock released instead',
    sleeps: true,
    fits: ({ succeeds, atomic }) => succeeds === undefined && atomic !== true,
    body: `
	mutex_lock(&d->cfg);
	TAKE;
	if (COND) {
-		DROP;
		mutex_unlock(&d->cfg);
		return ERR;
	}
	d->count += n;
	DROP;
	mutex_unlock(&d->cfg);
	return OK;`,
  },
  {
    name: 'early return beside a cleanup attribute',
    sleeps: true,
    fits: ({ succeeds, atomic }) => succeeds === undefined && atomic !== true,
    locals: 'void *buf __free(kfree) = kmalloc(n, GFP_KERNEL);',
    body: `
	if (!buf)
		return ERR;
	TAKE;
+	if (COND)
+		return ERR;
-	if (COND) {
-		DROP;
-		return ERR;
-	}
	d->buf = no_free_ptr(buf);
	DROP;
	return OK;`,
  },
  {
    name: 'inner label without release',
    locals: 'int i, ret = 0;',
    body: `
	TAKE;
	for (i = 0; i < 4; i++) {
		ret = CALL;
		if (ret)
			goto undo;
	}
	DROP;
	return OK;

undo:
	while (i--)
		d->slots[i] = 0;
-	DROP;
	return RET;`,
  },
  {
    name: 'success without release',
    body: `
	TAKE;
	if (COND) {
		DROP;
		return ERR;
	}
	if (n == 9) {
		d->state = n;
		DROP;
		return OK;
	}
	d->count += n;
-	DROP;
	return OK;`,
  },
  {
    name: 'return through a macro',
    top: '#define CHECKED(c) do { if (!(c)) return ERR; } while (0)',
    body: `
	TAKE;
	d->count += n;
+	CHECKED(d->ready);
	DROP;
-	CHECKED(d->ready);
	return OK;`,
  },
];
