// a mistake: lock-order-cycle
struct job_queue {
	spinlock_t lock;
	struct list_head jobs;
	unsigned int len;
};

static struct job_queue __percpu *job_queues;

static struct job_queue *job_queue_of(int cpu)
{
	return per_cpu_ptr(job_queues, cpu);
}

static bool job_steal(int me, int victim)
{
	struct job_queue *mine = job_queue_of(me), *theirs = job_queue_of(victim);
	bool got = false;

	spin_lock(&mine->lock);
	if (!mine->len) {
		spin_lock(&theirs->lock);
		got = theirs->len > 0;
		spin_unlock(&theirs->lock);
	}
	spin_unlock(&mine->lock);
	return got;
}

void job_run(struct work_struct *work)
{
	int me = raw_smp_processor_id(), cpu;

	for_each_online_cpu(cpu)
		if (cpu != me && job_steal(me, cpu))
			break;
}
