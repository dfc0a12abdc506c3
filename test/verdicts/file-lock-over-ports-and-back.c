// a mistake: lock-order-cycle
struct tty_port { struct mutex mutex; int count; };
struct prt { struct tty_port port; int speed; int line; struct list_head node; };
struct tty { void *driver_data; };
static DEFINE_MUTEX(share_lock);
static struct prt prts[4];
static int share[4];
static LIST_HEAD(all);

static int set_share(struct prt *p, int n)
{
	mutex_lock(&share_lock);
	share[p->line] = n;
	mutex_unlock(&share_lock);
	return 0;
}
int set_serial(struct tty *tty, int n)
{
	struct prt *p = tty->driver_data;
	int ret = 0;
	mutex_lock(&p->port.mutex);
	if (n != p->speed)
		ret = set_share(p, n);
	mutex_unlock(&p->port.mutex);
	return ret;
}
static void show_one(struct seq_file *m, struct prt *p)
{
	mutex_lock(&p->port.mutex);
	seq_printf(m, "%d", p->speed);
	mutex_unlock(&p->port.mutex);
}
int show(struct seq_file *m, void *v)
{
	int i;
	mutex_lock(&share_lock);
	for (i = 0; i < 4; i++)
		show_one(m, &prts[i]);
	mutex_unlock(&share_lock);
	return 0;
}
