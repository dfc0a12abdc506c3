// a mistake: wait-deadlock
struct job { struct work_struct work; struct host *host; };
struct host { spinlock_t state; struct mutex jobs; struct job *job; int done; };

static void job_run(struct work_struct *work)
{
	struct job *j = container_of(work, struct job, work);

	mutex_lock(&j->host->jobs);
	j->host->done++;
	mutex_unlock(&j->host->jobs);
}

int host_add(struct host *h)
{
	struct job *j = kzalloc(sizeof(*j), GFP_KERNEL);

	if (!j)
		return -ENOMEM;
	j->host = h;
	INIT_WORK(&j->work, job_run);
	h->job = j;
	schedule_work(&j->work);
	return 0;
}
EXPORT_SYMBOL(host_add);

void host_drop(struct host *h)
{
	struct job *j;

	mutex_lock(&h->jobs);
	j = h->job;
	h->job = NULL;
	if (j)
		cancel_work_sync(&j->work);
	mutex_unlock(&h->jobs);
	kfree(j);
}
EXPORT_SYMBOL(host_drop);
