// a mistake: missing-unlock
struct rt; struct rt_ops { void (*dump_start)(void *); void (*dump_end)(void *); };
struct mvm { struct mutex mutex; };
struct rt { const struct rt_ops *ops; void *ctx; struct work_struct wk; int n; };
static void start(void *c) { struct mvm *m = c; mutex_lock(&m->mutex); }
static void end(void *c) { struct mvm *m = c; m->mutex.x++; }
static const struct rt_ops my_ops = { .dump_start = start, .dump_end = end };
static void rt_wk(struct work_struct *w)
{
	struct rt *r = container_of(w, struct rt, wk);

	if (r->ops && r->ops->dump_start)
		r->ops->dump_start(r->ctx);
	r->n++;
	if (r->ops && r->ops->dump_end)
		r->ops->dump_end(r->ctx);
}
void rt_init(struct rt *r, struct mvm *m) { r->ops = &my_ops; r->ctx = m; INIT_WORK(&r->wk, rt_wk); }
