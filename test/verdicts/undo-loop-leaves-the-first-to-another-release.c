// correct
// The first one has a release of its own.
struct lane {
	struct mutex lock;
	bool up;
};

struct lanes {
	struct lane lane[4];
};

int lanes_freeze(struct lanes *l)
{
	int i, ret;

	for (i = 0; i < 4; i++) {
		ret = mutex_lock_interruptible_nested(&l->lane[i].lock, i);
		if (ret)
			goto undo;
	}
	return 0;
undo:
	while (--i > 0)
		mutex_unlock(&l->lane[i].lock);
	mutex_unlock(&l->lane[0].lock);
	return ret;
}
EXPORT_SYMBOL(lanes_freeze);

void lanes_thaw(struct lanes *l)
{
	int i;

	for (i = 3; i >= 0; i--)
		mutex_unlock(&l->lane[i].lock);
}
EXPORT_SYMBOL(lanes_thaw);
