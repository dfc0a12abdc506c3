// correct
struct tty_port { struct mutex mutex; int count; };
struct prt { struct tty_port port; int speed; int line; struct list_head node; };
struct tty { void *driver_data; };
static DEFINE_MUTEX(share_lock);
static struct prt prts[4];
static int share[4];
static LIST_HEAD(all);

struct oth { struct tty_port port; int n; };
static void note(int line)
{
	mutex_lock(&share_lock);
	share[line]++;
	mutex_unlock(&share_lock);
}
static void changed(struct oth *p)
{
	p->n++;
	note(p->n);
}
int set(struct oth *p)
{
	mutex_lock(&p->port.mutex);
	changed(p);
	mutex_unlock(&p->port.mutex);
	return 0;
}
static void stop(struct prt *p)
{
	mutex_lock(&p->port.mutex);
	p->speed = 0;
	mutex_unlock(&p->port.mutex);
}
void stop_all(void)
{
	struct prt *p;
	mutex_lock(&share_lock);
	list_for_each_entry(p, &all, node)
		stop(p);
	mutex_unlock(&share_lock);
}
