// correct
struct ino { struct rw_semaphore lock; int n; };
long read_part(struct ino *i, int k)
{
	long ret;
	bool unlocked = false;

	down_read(&i->lock);
	if (k < 0) {
		ret = -EINVAL;
		goto out;
	}
	if (k == 3) {
		up_read(&i->lock);
		unlocked = true;
		ret = 5;
	} else {
		ret = -EIOCBQUEUED;
		goto out;
	}
out:
	if (!unlocked && ret != -EIOCBQUEUED)
		up_read(&i->lock);
	return ret;
}
