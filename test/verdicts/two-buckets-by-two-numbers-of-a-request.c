// a mistake: lock-order-cycle
struct slot { spinlock_t lock; int len; };
struct request { u32 key; u32 newkey; };
static struct slot slots[64];

static struct slot *slot_of(u32 key)
{
	return &slots[hash_32(key, 6)];
}

static int move(u32 key, u32 newkey)
{
	struct slot *from = slot_of(key), *to = slot_of(newkey);

	spin_lock(&from->lock);
	if (to != from)
		spin_lock(&to->lock);
	from->len--;
	to->len++;
	if (to != from)
		spin_unlock(&to->lock);
	spin_unlock(&from->lock);
	return 0;
}

static ssize_t slots_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct request req;

	if (copy_from_user(&req, buf, sizeof(req)))
		return -EFAULT;
	return move(req.key, req.newkey);
}

static const struct file_operations slots_fops = { .write = slots_write };
