// a mistake: unbalanced-unlock
struct job {
	struct list_head node;
	struct mutex lock;
	bool done;
};

static LIST_HEAD(jobs);

static int job_get(struct job *job)
{
	if (job->done)
		return -ESRCH;
	return mutex_lock_interruptible(&job->lock);
}

int jobs_wait(void)
{
	struct job *job;
	int err = 0;

	list_for_each_entry(job, &jobs, node) {
		err = job_get(job);
		if (err)
			goto put;
		job->done = true;
put:
		mutex_unlock(&job->lock);
	}
	return err;
}
EXPORT_SYMBOL(jobs_wait);
