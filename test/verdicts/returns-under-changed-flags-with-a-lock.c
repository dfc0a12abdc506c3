// a mistake: missing-unlock
struct base {
	unsigned long no;
};

struct volume {
	struct mutex lock;
};

int find_record(struct volume *vol, struct base *base);

// The flags have changed in between.
int flag_alloc(struct volume *vol, struct base *base, int flags)
{
	int ret;

	if (flags & 1)
		mutex_lock(&vol->lock);
	ret = find_record(vol, base);
	flags = ret;
	if (!(flags & 1))
		return -EINVAL;
	mutex_unlock(&vol->lock);
	return ret;
}

