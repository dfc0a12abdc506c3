// correct
struct end { struct mutex lock; struct end *peer; unsigned int len; };

static struct end ends[2];

static ssize_t end_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	struct end *e = file->private_data;

	if (e < e->peer) {
		mutex_lock(&e->lock);
		mutex_lock_nested(&e->peer->lock, SINGLE_DEPTH_NESTING);
	} else {
		mutex_lock(&e->peer->lock);
		mutex_lock_nested(&e->lock, SINGLE_DEPTH_NESTING);
	}
	e->peer->len += n;
	mutex_unlock(&e->peer->lock);
	mutex_unlock(&e->lock);
	return n;
}

static const struct file_operations end_fops = { .write = end_write };

void ends_init(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		struct end *e = &ends[i];

		mutex_init(&e->lock);
		e->peer = &ends[1 - i];
	}
}
