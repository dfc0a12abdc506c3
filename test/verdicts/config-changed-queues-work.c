// correct
struct port {
	struct mutex lock;
	struct work_struct work;
	int status;
};

static void port_work(struct work_struct *work)
{
	struct port *p = container_of(work, struct port, work);

	mutex_lock(&p->lock);
	p->status++;
	mutex_unlock(&p->lock);
}

static void port_config_changed(struct virtio_device *vdev)
{
	struct port *p = vdev->priv;

	schedule_work(&p->work);
}

static int port_probe(struct virtio_device *vdev)
{
	struct port *p = vdev->priv;

	mutex_init(&p->lock);
	INIT_WORK(&p->work, port_work);
	return 0;
}

static struct virtio_driver port_driver = {
	.probe = port_probe,
	.config_changed = port_config_changed,
};
