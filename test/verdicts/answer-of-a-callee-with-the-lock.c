// a mistake: missing-unlock
struct loom { struct mutex lock; int threads; };
int loom_try(struct loom *l, int n);
int loom_weave(struct loom *l)
{
	int i, ret;

	mutex_lock(&l->lock);
	for (i = 0; i < 4; i++) {
		ret = loom_try(l, i);
		if (ret)
			goto undo;
	}
	mutex_unlock(&l->lock);
	return 0;
undo:
	while (i--)
		l->threads--;
	return ret;
}
EXPORT_SYMBOL(loom_weave);
