// a mistake: irq-inversion
struct scan {
	spinlock_t lock;
	struct urb *urb;
	int bytes;
};

static void scan_done(struct urb *urb)
{
	struct scan *scan = urb->context;

	spin_lock(&scan->lock);
	scan->bytes += urb->actual_length;
	spin_unlock(&scan->lock);
}

static int scan_open(struct inode *inode, struct file *file)
{
	struct scan *scan = file->private_data;

	spin_lock(&scan->lock);
	scan->bytes = 0;
	spin_unlock(&scan->lock);
	scan->urb->complete = scan_done;
	scan->urb->context = scan;
	return usb_submit_urb(scan->urb, GFP_KERNEL);
}

static ssize_t scan_read(struct file *file, char __user *buf, size_t count, loff_t *ppos)
{
	struct scan *scan = file->private_data;
	int bytes;

	spin_lock(&scan->lock);
	bytes = scan->bytes;
	spin_unlock(&scan->lock);
	return bytes;
}

static const struct file_operations scan_fops = { .open = scan_open, .read = scan_read };
