// correct
struct job_queue {
	spinlock_t lock;
	struct list_head jobs;
	unsigned int len;
};

static struct job_queue __percpu *job_queues;

static bool job_steal(int low, int high)
{
	struct job_queue *first = per_cpu_ptr(job_queues, low), *second = per_cpu_ptr(job_queues, high);
	bool got;

	spin_lock(&first->lock);
	spin_lock_nested(&second->lock, SINGLE_DEPTH_NESTING);
	got = first->len + second->len > 0;
	spin_unlock(&second->lock);
	spin_unlock(&first->lock);
	return got;
}

void job_run(struct work_struct *work)
{
	int me = raw_smp_processor_id(), cpu;

	for_each_online_cpu(cpu) {
		if (cpu == me)
			continue;
		if (me < cpu ? job_steal(me, cpu) : job_steal(cpu, me))
			break;
	}
}
