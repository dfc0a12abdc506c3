// correct
struct registry {
	struct mutex lock;
	struct list_head users;
	struct delayed_work sweep;
	int count;
};

struct user {
	struct kref ref;
	struct list_head node;
	struct registry *home;
	bool gone;
};

static struct registry registry;

static void user_release(struct kref *ref)
{
	struct user *u = container_of(ref, struct user, ref);
	struct registry *r = u->home;

	mutex_lock(&r->lock);
	list_del(&u->node);
	r->count--;
	mutex_unlock(&r->lock);
	kfree(u);
}

static void registry_sweep(struct work_struct *work)
{
	struct registry *r = container_of(to_delayed_work(work), struct registry, sweep);
	struct user *u, *next;

	LIST_HEAD(gone);

	mutex_lock(&r->lock);
	list_for_each_entry_safe(u, next, &r->users, node)
		if (u->gone)
			list_move(&u->node, &gone);
	mutex_unlock(&r->lock);
	list_for_each_entry_safe(u, next, &gone, node)
		kref_put(&u->ref, user_release);
}

int user_add(void)
{
	struct user *u = kzalloc(sizeof(*u), GFP_KERNEL);

	if (!u)
		return -ENOMEM;
	kref_init(&u->ref);
	u->home = &registry;
	mutex_lock(&registry.lock);
	list_add(&u->node, &registry.users);
	registry.count++;
	mutex_unlock(&registry.lock);
	return 0;
}

void registry_init(void)
{
	mutex_init(&registry.lock);
	INIT_DELAYED_WORK(&registry.sweep, registry_sweep);
}
