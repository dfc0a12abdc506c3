// mutex_lock(&in_a_comment) is no call
static int take(struct dev *dev) __must_hold(&dev->lock)
{
	const char *text = "spin_lock(&x)";

	mutex_lock(&dev->lock);
	if (!mutex_trylock(&dev->other))
		return -EAGAIN;
	lockdep_assert_held(&dev->lock);
	spin_lock_irqsave (&dev->slock, flags);
	spin_unlock_irqrestore(&dev->slock, flags);
	my_mutex_lock(&dev->lock);
	mutex_init(&dev->late);
	up_read(&dev->sem);
	return up;
}
