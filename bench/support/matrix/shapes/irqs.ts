import type { Bare } from './shape.js';
import type { Family } from '../families.js';

const saves = ({ flags, succeeds, type }: Family): boolean =>
  flags === true && succeeds === undefined && type !== undefined;
const spinSaves = (family: Family): boolean => saves(family) && family.type === 'spinlock_t';
const off = ({ off: is, succeeds }: Family): boolean => is === 'irq' && succeeds === undefined;

/** Interrupts enabled too early, or not restored. */
export const IRQS: readonly Bare[] = [
  {
    name: 'inner section enables them',
    fits: off,
    deep: 'INNER',
    body: `
	TAKE;
	d->count += n;
+	DEEP;
	DROP;
-	DEEP;
	return OK;`,
  },
  {
    name: 'inner section on the error path enables them',
    fits: off,
    deep: 'INNER',
    body: `
	TAKE;
	if (COND) {
+		DEEP;
		DROP;
-		DEEP;
		return ERR;
	}
	d->count++;
	DROP;
	return OK;`,
  },
  {
    name: 'inner section in a loop enables them',
    fits: off,
    locals: 'int i;',
    deep: 'INNER',
    body: `
+	TAKE;
	for (i = 0; i < 4; i++) {
		if (d->slots[i] == n)
			DEEP;
	}
-	TAKE;
	d->state = 0;
	DROP;
	return OK;`,
  },
  {
    name: 'one variable for two sections',
    fits: spinSaves,
    isDirect: true,
    locals: 'unsigned long inner;',
    body: `
	TAKE;
	d->count += n;
+	spin_lock_irqsave(&d->stats, flags);
-	spin_lock_irqsave(&d->stats, inner);
	d->state = 1;
+	spin_unlock_irqrestore(&d->stats, flags);
-	spin_unlock_irqrestore(&d->stats, inner);
	DROP;
	return OK;`,
  },
  {
    name: 'one variable for two sections under a condition',
    fits: spinSaves,
    isDirect: true,
    locals: 'unsigned long inner;',
    body: `
	TAKE;
	if (COND) {
+		spin_lock_irqsave(&d->stats, flags);
-		spin_lock_irqsave(&d->stats, inner);
		d->state = 1;
+		spin_unlock_irqrestore(&d->stats, flags);
-		spin_unlock_irqrestore(&d->stats, inner);
	}
	DROP;
	return OK;`,
  },
  {
    name: 'released without restoring on an error',
    fits: spinSaves,
    isDirect: true,
    body: `
	TAKE;
	if (COND) {
+		spin_unlock(LOCK);
-		DROP;
		return ERR;
	}
	d->count++;
	DROP;
	return OK;`,
  },
  {
    name: 'released without restoring on the way',
    fits: spinSaves,
    isDirect: true,
    body: `
	TAKE;
	if (d->state == 2) {
+		spin_unlock(LOCK);
-		DROP;
		return OK;
	}
	if (COND) {
		DROP;
		return ERR;
	}
	DROP;
	return OK;`,
  },
  {
    name: 'released by the form that enables',
    fits: spinSaves,
    isDirect: true,
    body: `
	TAKE;
	if (COND) {
+		spin_unlock_irq(LOCK);
-		DROP;
		return ERR;
	}
	d->count++;
	DROP;
	return OK;`,
  },
  {
    name: 'plain release of a section without interrupts',
    fits: ({ name }) => name === 'spin_lock_irq',
    isDirect: true,
    body: `
	TAKE;
	if (COND) {
+		spin_unlock(LOCK);
-		DROP;
		return ERR;
	}
	d->count++;
	DROP;
	return OK;`,
  },
  {
    name: 'plain release of a section without bottom halves',
    fits: ({ name }) => name === 'spin_lock_bh',
    isDirect: true,
    body: `
	TAKE;
	switch (n) {
	case 1:
		d->state = 1;
+		spin_unlock(LOCK);
-		DROP;
		return OK;
	default:
		break;
	}
	d->count++;
	DROP;
	return OK;`,
  },
  {
    name: 'bottom halves enabled behind a plain acquisition',
    fits: ({ name }) => name === 'spin_lock',
    isDirect: true,
    body: `
	TAKE;
	if (COND) {
+		spin_unlock_bh(LOCK);
-		DROP;
		return ERR;
	}
	d->count++;
	DROP;
	return OK;`,
  },
  {
    name: 'other variable restored',
    fits: spinSaves,
    isDirect: true,
    locals: 'unsigned long old = 0;',
    body: `
	TAKE;
	d->count += n;
+	spin_unlock_irqrestore(LOCK, old);
-	DROP;
	d->state = old;
	return OK;`,
  },
  {
    name: 'not enabled again on an error',
    fits: ({ name }) => name.startsWith('local_'),
    also: ['missing-unlock'],
    locals: 'int ret;',
    body: `
	TAKE;
	ret = CALL;
	if (ret) {
-		DROP;
		return RET;
	}
	d->count++;
	DROP;
	return OK;`,
  },
  {
    name: 'bottom halves enabled without interrupts',
    fits: off,
    deep: 'BHS',
    body: `
	TAKE;
	d->count += n;
+	DEEP;
	DROP;
-	DEEP;
	return OK;`,
  },
];

/** Inner sections that enable interrupts whatever their previous state. */
export const INNERS: readonly string[] = [
  'spin_lock_irq(&d->stats);\nd->state = n;\nspin_unlock_irq(&d->stats)',
  'write_lock_irq(&d->rw);\nd->state = n;\nwrite_unlock_irq(&d->rw)',
  'raw_spin_lock_irq(&d->raw);\nd->state = n;\nraw_spin_unlock_irq(&d->raw)',
  'local_irq_disable();\nd->state = n;\nlocal_irq_enable()',
  'scoped_guard(spinlock_irq, &d->stats)\n\td->state = n',
];

export const BHS: readonly string[] = [
  'spin_lock_bh(&d->stats);\nd->state = n;\nspin_unlock_bh(&d->stats)',
  'local_bh_disable();\nd->state = n;\nlocal_bh_enable()',
];

const held = ({ assert, succeeds, type }: Family): boolean =>
  assert === true && succeeds === undefined && type !== undefined;

/** A callee asserts a lock that is not held. DEEP leads to the assertion. */
export const ASSERTED: readonly Bare[] = [
  {
    name: 'called behind the release',
    fits: held,
    deep: 'ASSERT',
    body: `
	TAKE;
	d->count += n;
-	DEEP;
	DROP;
+	DEEP;
	return OK;`,
  },
  {
    name: 'called before the acquisition',
    fits: held,
    deep: 'ASSERT',
    body: `
+	DEEP;
	TAKE;
-	DEEP;
	d->count += n;
	DROP;
	return OK;`,
  },
  {
    name: 'called on the error path behind the release',
    fits: held,
    locals: 'int ret;',
    deep: 'ASSERT',
    body: `
	TAKE;
	ret = CALL;
	if (ret) {
-		DEEP;
		DROP;
+		DEEP;
		return RET;
	}
	DEEP;
	DROP;
	return OK;`,
  },
  {
    name: 'called in one arm without the lock',
    fits: held,
    deep: 'ASSERT',
    body: `
	if (COND) {
		TAKE;
		DEEP;
		DROP;
	} else {
		d->state = n;
-		TAKE;
		DEEP;
-		DROP;
	}
	return OK;`,
  },
  {
    name: 'called in a loop behind the release',
    fits: held,
    locals: 'int i;',
    deep: 'ASSERT',
    body: `
	for (i = 0; i < 4; i++) {
		TAKE;
		d->slots[i] = n;
+		DROP;
		DEEP;
-		DROP;
	}
	return OK;`,
  },
  {
    name: 'called under another lock',
    fits: (family) => held(family) && family.atomic !== true,
    sleeps: true,
    deep: 'ASSERT',
    body: `
	TAKE;
	DEEP;
	DROP;
+	mutex_lock(&d->cfg);
-	TAKE;
	d->count++;
	DEEP;
+	mutex_unlock(&d->cfg);
-	DROP;
	return OK;`,
  },
  {
    name: 'called behind a scoped guard',
    fits: (family) => held(family) && family.guard !== undefined,
    isDirect: true,
    deep: 'ASSERT',
    body: `
	SCOPED_GUARD {
		d->count += n;
-		DEEP;
	}
+	DEEP;
	return OK;`,
  },
  {
    name: 'called where the lock was dropped for a wait',
    fits: (family) => held(family) && family.atomic !== true,
    sleeps: true,
    deep: 'ASSERT',
    body: `
	TAKE;
	while (d->state) {
		DROP;
		msleep(5);
+		DEEP;
		TAKE;
-		DEEP;
	}
	DROP;
	return OK;`,
  },
];
