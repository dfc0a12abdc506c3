// correct
struct scale { struct mutex lock; struct kref refs; int weight; };

static void scale_free(struct kref *refs)
{
	kfree(container_of(refs, struct scale, refs));
}

static ssize_t scale_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct scale *s = file->private_data;

	kref_get(&s->refs);
	mutex_lock(&s->lock);
	s->weight++;
	kref_put(&s->refs, scale_free);
	mutex_unlock(&s->lock);
	return len;
}

static int scale_release(struct inode *inode, struct file *file)
{
	struct scale *s = file->private_data;

	kref_put(&s->refs, scale_free);
	return 0;
}

static const struct file_operations scale_fops = { .write = scale_write, .release = scale_release };
