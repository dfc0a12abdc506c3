// a mistake: lock-order-cycle
struct end { struct mutex lock; struct end *peer; unsigned int len; };

static struct end ends[2];

static void end_deliver(struct end *to, unsigned int n)
{
	mutex_lock_nested(&to->lock, SINGLE_DEPTH_NESTING);
	to->len += n;
	mutex_unlock(&to->lock);
}

static ssize_t end_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	struct end *e = file->private_data;

	mutex_lock(&e->lock);
	if (e->peer)
		end_deliver(e->peer, n);
	mutex_unlock(&e->lock);
	return n;
}

static const struct file_operations end_fops = { .write = end_write };

void ends_init(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		struct end *e = &ends[i], *f = e + 1;

		mutex_init(&e->lock);
		e->peer = f;
		f->peer = e;
	}
}
