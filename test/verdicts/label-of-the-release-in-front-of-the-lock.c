// a mistake: unbalanced-unlock
// Where the clock fails, the lock is free: it was released above and is taken again below.
struct camera {
	struct mutex lock;
	struct device *dev;
	bool streaming;
};

static int camera_write(struct camera *c, int on)
{
	return i2c_smbus_write_byte_data(to_i2c_client(c->dev), 3, on);
}

int camera_stream(struct camera *c, int on)
{
	int ret;

	mutex_lock(&c->lock);
	if (c->streaming == !!on) {
		mutex_unlock(&c->lock);
		return 0;
	}
	mutex_unlock(&c->lock);

	if (on) {
		ret = pm_runtime_resume_and_get(c->dev);
		if (ret < 0)
			goto unlock;
	}
	mutex_lock(&c->lock);
	ret = camera_write(c, on);
	if (!ret)
		c->streaming = on;
unlock:
	mutex_unlock(&c->lock);
	return ret;
}
