// a mistake: irq-inversion
static DEFINE_SPINLOCK(stat_lock);
static int stat;
static irqreturn_t s_irq(int irq, void *p)
{
	spin_lock(&stat_lock);
	stat++;
	spin_unlock(&stat_lock);
	return IRQ_HANDLED;
}
int stat_read(void)
{
	int v;
	spin_lock(&stat_lock);
	v = stat;
	spin_unlock(&stat_lock);
	return v;
}
EXPORT_SYMBOL(stat_read);
static int stat_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%d\n", stat_read());
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stat);
static int __init s_init(void)
{
	debugfs_create_file("stat", 0444, NULL, NULL, &stat_fops);
	return request_irq(7, s_irq, 0, "s", NULL);
}
module_init(s_init);
