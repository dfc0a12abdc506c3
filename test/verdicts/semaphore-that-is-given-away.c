// correct
static struct semaphore regs;
struct act { struct semaphore *sem; int n; };
int enqueue(struct act *a);
int regs_read(void)
{
	struct act a;

	a.sem = &regs;
	if (down_interruptible(&regs))
		return -1;
	if (enqueue(&a)) {
		up(&regs);
		return -1;
	}
	if (down_interruptible(&regs))
		return -1;
	up(&regs);
	return a.n;
}
static int init(void)
{
	sema_init(&regs, 1);
	return 0;
}
