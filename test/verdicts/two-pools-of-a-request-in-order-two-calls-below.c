// correct
// The caller of the caller puts the two in order.
struct pool {
	struct mutex lock;
	unsigned int credit;
};

struct pool_move {
	unsigned int from, to, amount;
};

static struct pool pools[8];

static void pools_lock(struct pool *a, struct pool *b)
{
	mutex_lock(&a->lock);
	mutex_lock_nested(&b->lock, SINGLE_DEPTH_NESTING);
}

static void pools_unlock(struct pool *a, struct pool *b)
{
	mutex_unlock(&b->lock);
	mutex_unlock(&a->lock);
}

static void pool_shift(struct pool *from, struct pool *to, unsigned int amount)
{
	pools_lock(from, to);
	from->credit -= amount;
	to->credit += amount;
	pools_unlock(from, to);
}

static long pool_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct pool_move move;

	if (copy_from_user(&move, (void __user *)arg, sizeof(move)))
		return -EFAULT;
	if (move.from >= 8 || move.to >= 8 || move.from == move.to)
		return -EINVAL;
	if (move.from < move.to)
		pool_shift(&pools[move.from], &pools[move.to], move.amount);
	else
		pool_shift(&pools[move.to], &pools[move.from], -move.amount);
	return 0;
}

static const struct file_operations pool_fops = { .unlocked_ioctl = pool_ioctl };
