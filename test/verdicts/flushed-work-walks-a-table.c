// a mistake: wait-deadlock
// The work calls each element of the table, one of which takes the lock.
struct mixer { struct mutex lock; int rate, level; struct work_struct apply; };
static int mixer_fetch(struct mixer *m)
{
	return m->rate > 0;
}
static int mixer_commit(struct mixer *m)
{
	mutex_lock(&m->lock);
	m->level = m->rate / 2;
	mutex_unlock(&m->lock);
	return 0;
}
struct mixer_stage { const char *name; int (*run)(struct mixer *m); };
static const struct mixer_stage mixer_stages[] = {
	{ "fetch", mixer_fetch }, { "commit", mixer_commit },
};
static void mixer_apply(struct work_struct *work)
{
	struct mixer *m = container_of(work, struct mixer, apply);
	int i;

	for (i = 0; i < 2; i++)
		mixer_stages[i].run(m);
}
void mixer_set(struct mixer *m, int rate)
{
	mutex_lock(&m->lock);
	m->rate = rate;
	schedule_work(&m->apply);
	flush_work(&m->apply);
	mutex_unlock(&m->lock);
}
EXPORT_SYMBOL(mixer_set);
void mixer_init(struct mixer *m)
{
	mutex_init(&m->lock);
	INIT_WORK(&m->apply, mixer_apply);
}
EXPORT_SYMBOL(mixer_init);
