// correct
// next_buf() returns no -EAGAIN, the only error there is.
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
static struct jbuf *next_buf(struct journal *j, int i)
{
	struct jbuf *ret;

	wait_event(j->wait, (ret = __next_buf(j, i)) != ERR_PTR(-EAGAIN));
	return ret;
}
int flush(struct journal *j, int i)
{
	struct jbuf *buf;
	int ret = 0;

	while (!ret && (buf = next_buf(j, i))) {
		ret = write_buf(buf);
		mutex_unlock(&j->lock);
	}
	return ret;
}
