// a mistake: lock-order-cycle
// There is one ring, and the pointer in the mapping leads to it.
struct ring { struct mutex lock; int maps; u32 frame; };

static struct ring ring0 = { .lock = __MUTEX_INITIALIZER(ring0.lock) };

static int ring_emit(const u32 *frame, char __user *to)
{
	return copy_to_user(to, frame, sizeof(*frame)) ? -EFAULT : 0;
}

static ssize_t ring_read(struct file *file, char __user *to, size_t len, loff_t *pos)
{
	int err;

	mutex_lock(&ring0.lock);
	err = ring_emit(&ring0.frame, to);
	mutex_unlock(&ring0.lock);
	return err ? err : sizeof(u32);
}

static void ring_open(struct vm_area_struct *vma)
{
	struct ring *r = vma->vm_private_data;

	mutex_lock(&r->lock);
	r->maps++;
	mutex_unlock(&r->lock);
}

static const struct vm_operations_struct ring_vm_ops = { .open = ring_open };

static int ring_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_private_data = &ring0;
	vma->vm_ops = &ring_vm_ops;
	return 0;
}

static const struct file_operations ring_fops = { .read = ring_read, .mmap = ring_mmap };
