// a mistake: self-deadlock
struct cam { struct mutex lock; struct mutex state_lock; struct work_struct work; struct delayed_work dwork; struct vb2_queue queue; int n; };
static int cam_start(struct vb2_queue *q, unsigned int count)
{
	struct cam *c = vb2_get_drv_priv(q);
	c->n = 0;
	schedule_work(&c->work);
	return 0;
}
static void cam_work(struct work_struct *w)
{
	struct cam *c = container_of(w, struct cam, work);
	mutex_lock(&c->lock);
	c->n++;
	mutex_unlock(&c->lock);
}

static void cam_stop(struct vb2_queue *q)
{
	struct cam *c = vb2_get_drv_priv(q);
	mutex_lock(&c->lock);
	c->n = -1;
	mutex_unlock(&c->lock);
}
static const struct vb2_ops cam_qops = {
	.start_streaming = cam_start,
	.stop_streaming = cam_stop,
};
int cam_init(struct cam *c)
{
	struct vb2_queue *q = &c->queue;
	mutex_init(&c->lock);
	mutex_init(&c->state_lock);
	INIT_WORK(&c->work, cam_work);
	q->drv_priv = c;
	q->ops = &cam_qops;
	q->lock = &c->lock;
	return vb2_queue_init(q);
}

