// a mistake: unbalanced-unlock
struct jbuf { int need, busy; };
struct journal { struct mutex lock; struct jbuf buf[4]; wait_queue_head_t wait; };
static struct jbuf *__next_buf(struct journal *j, int i)
{
	struct jbuf *ret = NULL;

	mutex_lock(&j->lock);
	if (j->buf[i].need)
		ret = j->buf[i].busy ? ERR_PTR(-EAGAIN) : &j->buf[i];
	if (IS_ERR_OR_NULL(ret))
		mutex_unlock(&j->lock);
	return ret;
}
int flush(struct journal *j, int i)
{
	struct jbuf *buf;
	int ret = 0;

	buf = __next_buf(j, i);
	if (IS_ERR(buf)) {
		ret = PTR_ERR(buf);
		goto unlock;
	}
	if (!buf)
		return 0;
	ret = write_buf(buf);
unlock:
	mutex_unlock(&j->lock);
	return ret;
}
