// a mistake: annotation-mismatch
// No caller of mode_write() itself holds the lock: those of mode_update() do, and the work item does not.
struct mode { struct mutex lock; struct work_struct work; int value; };

static void mode_write(struct mode *m, int value)
{
	lockdep_assert_held(&m->lock);
	m->value = value;
}

static void mode_update(struct mode *m, int value)
{
	if (m->value != value)
		mode_write(m, value);
}

void mode_set(struct mode *m, int value)
{
	mutex_lock(&m->lock);
	mode_update(m, value);
	mutex_unlock(&m->lock);
}

void mode_clear(struct mode *m)
{
	mutex_lock(&m->lock);
	mode_update(m, 0);
	mutex_unlock(&m->lock);
}

static void mode_work(struct work_struct *work)
{
	mode_update(container_of(work, struct mode, work), 1);
}

void mode_init(struct mode *m)
{
	mutex_init(&m->lock);
	INIT_WORK(&m->work, mode_work);
	schedule_work(&m->work);
}
