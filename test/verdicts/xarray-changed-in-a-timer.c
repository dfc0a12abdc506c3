// a mistake: irq-inversion
// The timer takes the lock of the array in softirq; the plain call of the ioctl holds it with softirqs on.
struct ticket { u32 id; struct timer_list expiry; struct completion done; };
static DEFINE_XARRAY_ALLOC(tickets);
static void ticket_expired(struct timer_list *t)
{
	struct ticket *one = from_timer(one, t, expiry);

	xa_erase(&tickets, one->id);
	complete(&one->done);
}
static int ticket_new(struct ticket *one)
{
	int err;

	init_completion(&one->done);
	timer_setup(&one->expiry, ticket_expired, 0);
	err = xa_alloc(&tickets, &one->id, one, xa_limit_32b, GFP_KERNEL);
	if (err)
		return err;
	mod_timer(&one->expiry, jiffies + HZ);
	return 0;
}
static long ticket_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct ticket *one = kzalloc(sizeof(*one), GFP_KERNEL);
	int err;

	if (!one)
		return -ENOMEM;
	err = ticket_new(one);
	if (err)
		kfree(one);
	return err;
}
static const struct file_operations ticket_fops = { .unlocked_ioctl = ticket_ioctl };
