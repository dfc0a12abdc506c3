// a mistake: held-freed
struct session {
	struct kref ref;
	spinlock_t lock;
	struct timer_list timer;
	unsigned int ticks;
};

static void session_free(struct kref *ref)
{
	kfree(container_of(ref, struct session, ref));
}

static void session_tick(struct timer_list *timer)
{
	struct session *s = from_timer(s, timer, timer);

	spin_lock_bh(&s->lock);
	s->ticks++;
	kref_put(&s->ref, session_free);
	spin_unlock_bh(&s->lock);
}

static long session_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct session *s = file->private_data;

	kref_get(&s->ref);
	timer_setup(&s->timer, session_tick, 0);
	mod_timer(&s->timer, jiffies + arg);
	return 0;
}

static int session_release(struct inode *inode, struct file *file)
{
	struct session *s = file->private_data;

	kref_put(&s->ref, session_free);
	return 0;
}

static const struct file_operations session_fops = {
	.unlocked_ioctl = session_ioctl,
	.release = session_release,
};
