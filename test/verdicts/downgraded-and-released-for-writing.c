// a mistake: unbalanced-unlock
struct dir { struct rw_semaphore sem; u64 gen; };
struct victim { struct list_head link; };
int dir_rename(struct dir *d, struct victim *from, struct victim *to)
{
	int ret = 0;

	down_write(&d->sem);
	if (!from) {
		ret = -ENOENT;
		goto out_unlock;
	}
	d->gen++;
	downgrade_write(&d->sem);
	if (!to)
		goto out_read;
	pr_debug("replaced\n");
out_unlock:
	up_write(&d->sem);
	kfree(to);
	return ret;
out_read:
	up_read(&d->sem);
	return 0;
}
