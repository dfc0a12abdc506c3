// correct
struct node { struct mutex lock; struct node *next; unsigned int len; };

static struct node nodes[4];

static ssize_t node_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	struct node *e = file->private_data;

	mutex_lock(&e->lock);
	if (e->next) {
		mutex_lock_nested(&e->next->lock, SINGLE_DEPTH_NESTING);
		e->next->len += n;
		mutex_unlock(&e->next->lock);
	}
	mutex_unlock(&e->lock);
	return n;
}

static const struct file_operations node_fops = { .write = node_write };

void nodes_init(void)
{
	int i;

	for (i = 0; i < 4; i++) {
		mutex_init(&nodes[i].lock);
		nodes[i].next = i < 3 ? &nodes[i + 1] : NULL;
	}
}
