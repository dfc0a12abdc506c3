// correct
// The flag says whether the lock was taken again.
struct camera {
	struct mutex lock;
	struct device *dev;
	bool streaming;
};

int camera_stream(struct camera *c, int on)
{
	bool locked = false;
	int ret = 0;

	mutex_lock(&c->lock);
	if (c->streaming == !!on) {
		mutex_unlock(&c->lock);
		return 0;
	}
	mutex_unlock(&c->lock);

	if (on) {
		mutex_lock(&c->lock);
		locked = true;
		ret = i2c_smbus_write_byte_data(to_i2c_client(c->dev), 3, on);
	}
	if (locked)
		goto unlock;
	return pm_runtime_put_sync(c->dev);
unlock:
	mutex_unlock(&c->lock);
	return ret;
}
