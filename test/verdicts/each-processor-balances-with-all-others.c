// a mistake: lock-order-cycle
#include <linux/percpu.h>
#include <linux/spinlock.h>

struct runq {
	raw_spinlock_t lock;
	unsigned int load;
};

static DEFINE_PER_CPU(struct runq, runqs);

static void runq_take(struct runq *mine, int cpu)
{
	struct runq *other = per_cpu_ptr(&runqs, cpu);

	raw_spin_lock_nested(&other->lock, SINGLE_DEPTH_NESTING);
	if (other->load > mine->load + 1) {
		other->load--;
		mine->load++;
	}
	raw_spin_unlock(&other->lock);
}

/* Two processors that balance at once hold the queue that the other one wants. */
void runq_balance(int self)
{
	struct runq *mine = per_cpu_ptr(&runqs, self);
	int cpu;

	raw_spin_lock(&mine->lock);
	for_each_online_cpu(cpu)
		if (cpu != self)
			runq_take(mine, cpu);
	raw_spin_unlock(&mine->lock);
}
