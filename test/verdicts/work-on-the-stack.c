// a mistake: wait-deadlock
static DEFINE_MUTEX(lock);
struct req { struct work_struct work; int res; };
static void req_fn(struct work_struct *w)
{
	struct req *r = container_of(w, struct req, work);

	mutex_lock(&lock);
	r->res = 1;
	mutex_unlock(&lock);
}
int do_req(void)
{
	struct req r;

	mutex_lock(&lock);
	INIT_WORK_ONSTACK(&r.work, req_fn);
	schedule_work(&r.work);
	flush_work(&r.work);
	destroy_work_on_stack(&r.work);
	mutex_unlock(&lock);
	return r.res;
}
EXPORT_SYMBOL(do_req);
