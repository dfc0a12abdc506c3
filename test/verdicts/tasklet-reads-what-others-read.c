// correct
static DEFINE_RWLOCK(A);
static DEFINE_RWLOCK(B);
static int cookie;

static void dev_bh(struct tasklet_struct *t)
{
	read_lock(&B);
	read_unlock(&B);
}
static DECLARE_TASKLET(bh, dev_bh);

static int proc_0(void)
{
	local_bh_disable();
	read_lock(&B);
	read_lock(&A);
	read_unlock(&A);
	read_unlock(&B);
	local_bh_enable();
	return 0;
}

static int proc_1(void)
{
	read_lock(&A);
	read_unlock(&A);
	return 0;
}

static int  t_init(void)
{
	tasklet_schedule(&bh);
	proc_0();
	proc_1();
	return 0;
}
module_init(t_init);

