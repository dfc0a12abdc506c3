// a mistake: lock-order-cycle
static DEFINE_PER_CPU(spinlock_t, cpu_lock);
static DEFINE_SPINLOCK(list_lock);

void q_add(void)
{
	preempt_disable();
	spin_lock(this_cpu_ptr(&cpu_lock));
	spin_lock(&list_lock);
	spin_unlock(&list_lock);
	spin_unlock(this_cpu_ptr(&cpu_lock));
	preempt_enable();
}
EXPORT_SYMBOL(q_add);

void q_walk(int cpu)
{
	spin_lock(&list_lock);
	spin_lock(&per_cpu(cpu_lock, cpu));
	spin_unlock(&per_cpu(cpu_lock, cpu));
	spin_unlock(&list_lock);
}
EXPORT_SYMBOL(q_walk);
