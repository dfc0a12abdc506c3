// a mistake: sleep-in-atomic
struct depot {
	spinlock_t lock;
	struct list_head crates;
};

struct crate {
	struct list_head node;
	int weight;
};

typedef int (*visit_t)(struct crate *crate, void *data);

static int depot_each(struct depot *d, visit_t visit, void *data)
{
	struct crate *crate;
	int ret = 0;

	spin_lock(&d->lock);
	list_for_each_entry(crate, &d->crates, node) {
		ret = visit(crate, data);
		if (ret)
			break;
	}
	spin_unlock(&d->lock);
	return ret;
}

struct sheet {
	char __user *to;
	size_t left;
};

static int crate_print(struct crate *crate, void *data)
{
	struct sheet *sheet = data;

	if (sheet->left < sizeof(crate->weight))
		return 1;
	if (copy_to_user(sheet->to, &crate->weight, sizeof(crate->weight)))
		return -EFAULT;
	return 0;
}

int depot_print(struct depot *d, char __user *to, size_t left)
{
	struct sheet sheet = { .to = to, .left = left };

	return depot_each(d, crate_print, &sheet);
}

static int crate_weigh(struct crate *crate, void *data)
{
	msleep(1);
	return 0;
}

void depot_weigh(struct depot *d)
{
	depot_each(d, crate_weigh, NULL);
}
