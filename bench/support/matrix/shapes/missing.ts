import { anyFamily, type Bare } from './shape.js';

/** An exit keeps the lock: in branches, loops, under flags. */
export const MISSING: readonly Bare[] = [
  {
    name: 'early return',
    fits: anyFamily,
    body: `
	TAKE;
+	if (COND)
+		return ERR;
-	if (COND) {
-		DROP;
-		return ERR;
-	}
	d->count += n;
	DROP;
	return OK;`,
  },
  {
    name: 'goto label behind the release',
    fits: anyFamily,
    locals: 'int ret = 0;',
    body: `
	TAKE;
	if (COND) {
		ret = -EINVAL;
+		goto out;
-		goto unlock;
	}
	d->count += n;
-unlock:
	DROP;
+out:
	return RET;`,
  },
  {
    name: 'label shared with paths without the lock',
    fits: anyFamily,
    locals: 'int ret = 0;',
    body: `
	if (COND2) {
		ret = -ENODEV;
		goto out;
	}
	TAKE;
	ret = CALL;
	if (ret < 0)
+		goto out;
-		goto unlock;
	d->count += n;
-unlock:
	DROP;
out:
	return RET;`,
  },
  {
    name: 'jump below the release in a chain of labels',
    locals: 'int ret;\n\tvoid *buf;',
    hasResult: true,
    body: `
	buf = kmalloc(64, GFP_ATOMIC);
	if (!buf)
		return ERR;
	TAKE;
	ret = CALL;
	if (ret)
+		goto err_free;
-		goto err_unlock;
	if (COND) {
		ret = -EBUSY;
		goto err_unlock;
	}
	d->buf = buf;
	DROP;
	return OK;

err_unlock:
	DROP;
err_free:
	kfree(buf);
	return RET;`,
  },
  {
    name: 'return in a switch',
    fits: anyFamily,
    body: `
	TAKE;
	switch (n) {
	case 1:
		d->state = 1;
		break;
	case 2:
		d->count++;
		break;
	default:
-		DROP;
		return ERR;
	}
	DROP;
	return OK;`,
  },
  {
    name: 'one case without release',
    body: `
	TAKE;
	switch (n) {
	case 1:
		d->state = 1;
		DROP;
		break;
	case 2:
		d->count++;
-		DROP;
		break;
	default:
		DROP;
		return ERR;
	}
	return OK;`,
  },
  {
    name: 'return in a loop',
    locals: 'int i;',
    body: `
	TAKE;
	for (i = 0; i < d->count; i++) {
+		if (d->slots[i] == n)
+			return ERR;
-		if (d->slots[i] == n) {
-			DROP;
-			return ERR;
-		}
		d->slots[i]++;
	}
	DROP;
	return OK;`,
  },
  {
    name: 'break out of a section of a loop',
    locals: 'int i;',
    body: `
	for (i = 0; i < 8; i++) {
		TAKE;
+		if (d->slots[i] < 0)
+			break;
-		if (d->slots[i] < 0) {
-			DROP;
-			break;
-		}
		d->slots[i] = n;
		DROP;
	}
	return OK;`,
  },
  {
    name: 'continue in a section of a loop',
    also: ['self-deadlock'],
    locals: 'int i;',
    body: `
	for (i = 0; i < 8; i++) {
		TAKE;
+		if (d->slots[i] < 0)
+			continue;
-		if (d->slots[i] < 0) {
-			DROP;
-			continue;
-		}
		d->slots[i] = n;
		DROP;
	}
	return OK;`,
  },
  {
    name: 'endless loop left by return',
    isClosed: true,
    fits: anyFamily,
    body: `
	for (;;) {
		TAKE;
		if (d->state == 0) {
-			DROP;
			return OK;
		}
		d->state--;
		DROP;
		cpu_relax();
	}`,
  },
  {
    name: 'retry that gives up',
    locals: 'int tries = 3;',
    body: `
again:
	TAKE;
	if (COND) {
+		if (--tries == 0)
+			return ERR;
		DROP;
-		if (--tries == 0)
-			return ERR;
		goto again;
	}
	d->count += n;
	DROP;
	return OK;`,
  },
  {
    name: 'do-while retry that gives up',
    locals: 'int ret;',
    body: `
	do {
		TAKE;
		ret = CALL;
+		if (ret == -ENODEV)
+			return ERR;
		DROP;
-		if (ret == -ENODEV)
-			return ERR;
	} while (ret == -EAGAIN);
	return OK;`,
  },
  {
    name: 'released under another flag',
    locals: 'bool locked = false;',
    body: `
	if (COND) {
		TAKE;
+		if (d->err == 4)
+			locked = true;
-		locked = true;
	}
	d->state = n;
	if (locked)
		DROP;
	return OK;`,
  },
  {
    name: 'flag cleared on the way',
    locals: 'bool locked = false;',
    body: `
	if (COND) {
		TAKE;
		locked = true;
	}
	if (d->state == 7) {
		d->state = 0;
+		locked = false;
	}
	if (locked)
		DROP;
	return OK;`,
  },
  {
    name: 'released only under a condition',
    fits: anyFamily,
    body: `
	TAKE;
	d->count += n;
+	if (COND)
+		DROP;
-	DROP;
	return OK;`,
  },
  {
    name: 'released in one arm only',
    fits: anyFamily,
    body: `
	TAKE;
	if (COND) {
		d->count += n;
		DROP;
	} else {
		d->state = n;
-		DROP;
	}
	return OK;`,
  },
  {
    name: 'released in the wrong arm',
    locals: 'int ret;',
    body: `
	TAKE;
	ret = CALL;
	if (ret) {
		DROP;
		return ERR;
	}
	if (COND2) {
		d->state = n;
-		DROP;
		return OK;
	}
	DROP;
	return OK;`,
  },
  {
    name: 'two exits, one releases',
    fits: anyFamily,
    locals: 'int ret;',
    body: `
	TAKE;
	if (COND) {
		DROP;
		return ERR;
	}
	ret = CALL;
+	if (ret < 0)
+		return RET;
-	if (ret < 0) {
-		DROP;
-		return RET;
-	}
	d->count++;
	DROP;
	return OK;`,
  },
];
