// correct
struct scan { struct mutex lock; struct work_struct work; int found, active; };
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
static void scan_cancel(struct scan *s, bool wait)
{
	if (wait)
		cancel_work_sync(&s->work);
	else
		cancel_work(&s->work);
}
static void scan_quiet(struct scan *s, bool wait)
{
	scan_cancel(s, wait);
}
void scan_stop(struct scan *s)
{
	mutex_lock(&s->lock);
	scan_quiet(s, false);
	mutex_unlock(&s->lock);
	scan_quiet(s, true);
}
