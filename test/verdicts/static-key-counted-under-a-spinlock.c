// correct
static DEFINE_STATIC_KEY_FALSE(stamps);
static DEFINE_SPINLOCK(units_lock);
static int nr;
#ifdef CONFIG_JUMP_LABEL
static atomic_t wanted;
static void count(struct work_struct *work)
{
	if (atomic_xchg(&wanted, 0))
		static_branch_inc(&stamps);
}
static DECLARE_WORK(counter, count);
#endif
static void enable(void)
{
#ifdef CONFIG_JUMP_LABEL
	atomic_inc(&wanted);
	schedule_work(&counter);
#else
	static_branch_inc(&stamps);
#endif
}
void unit_add(void)
{
	spin_lock(&units_lock);
	nr++;
	enable();
	spin_unlock(&units_lock);
}
