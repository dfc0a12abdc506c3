// correct
// The end of the file waits for its jobs; its own reference is the last one.
struct scaler {
	struct kref ref;
	struct mutex lock;
	struct list_head jobs;
	struct workqueue_struct *wq;
	unsigned int done;
};

struct scaler_job {
	struct work_struct work;
	struct list_head node;
	struct scaler *scaler;
};

static void scaler_free(struct kref *ref)
{
	kfree(container_of(ref, struct scaler, ref));
}

static void scaler_put(struct scaler *s)
{
	kref_put(&s->ref, scaler_free);
}

static void job_finish(struct scaler_job *job)
{
	struct scaler *s = job->scaler;

	list_del(&job->node);
	s->done++;
	scaler_put(s);
	kfree(job);
}

static void job_run(struct work_struct *work)
{
	struct scaler_job *job = container_of(work, struct scaler_job, work);
	struct scaler *s = job->scaler;

	mutex_lock(&s->lock);
	job_finish(job);
	mutex_unlock(&s->lock);
}

static ssize_t scaler_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct scaler *s = file->private_data;
	struct scaler_job *job = kzalloc(sizeof(*job), GFP_KERNEL);

	if (!job)
		return -ENOMEM;
	job->scaler = s;
	INIT_WORK(&job->work, job_run);
	kref_get(&s->ref);
	mutex_lock(&s->lock);
	list_add(&job->node, &s->jobs);
	mutex_unlock(&s->lock);
	queue_work(s->wq, &job->work);
	return len;
}

static int scaler_release(struct inode *inode, struct file *file)
{
	struct scaler *s = file->private_data;

	flush_workqueue(s->wq);
	scaler_put(s);
	return 0;
}

static const struct file_operations scaler_fops = { .write = scaler_write, .release = scaler_release };
