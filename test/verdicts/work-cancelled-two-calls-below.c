// a mistake: wait-deadlock
struct scan { struct mutex lock; struct work_struct work; int found; };
static void scan_fn(struct work_struct *w)
{
	struct scan *s = container_of(w, struct scan, work);

	mutex_lock(&s->lock);
	s->found++;
	mutex_unlock(&s->lock);
}
void scan_init(struct scan *s)
{
	mutex_init(&s->lock);
	INIT_WORK(&s->work, scan_fn);
}
static void scan_cancel(struct scan *s)
{
	cancel_work_sync(&s->work);
	s->found = 0;
}
static void scan_quiet(struct scan *s)
{
	scan_cancel(s);
}
void scan_stop(struct scan *s)
{
	mutex_lock(&s->lock);
	scan_quiet(s);
	mutex_unlock(&s->lock);
}
