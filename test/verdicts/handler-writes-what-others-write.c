// a mistake: irq-inversion
static DEFINE_RWLOCK(A);
static DEFINE_RWLOCK(B);
static int cookie;

static irqreturn_t dev_irq(int irq, void *data)
{
	write_lock(&A);
	write_unlock(&A);
	return IRQ_HANDLED;
}

static int proc_0(void)
{
	local_irq_disable();
	write_lock(&A);
	write_lock(&B);
	write_unlock(&B);
	write_unlock(&A);
	local_irq_enable();
	return 0;
}

static int proc_1(void)
{
	write_lock(&B);
	write_unlock(&B);
	return 0;
}

static int  t_init(void)
{
	int ret = request_irq(5, dev_irq, 0, "dev", &cookie);

	if (ret)
		return ret;
	proc_0();
	proc_1();
	return 0;
}
module_init(t_init);

