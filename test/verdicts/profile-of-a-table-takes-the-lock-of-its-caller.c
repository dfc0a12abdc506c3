// a mistake: self-deadlock
// One of two profiles takes the lock; both are only applied with it held.
struct fan;

struct fan_profile {
	const char *name;
	void (*apply)(struct fan *f, unsigned int temp);
};

struct fan {
	struct mutex lock;
	const struct fan_profile *profile;
	unsigned int pwm, temp;
};

static void fan_set(struct fan *f, unsigned int pwm)
{
	mutex_lock(&f->lock);
	f->pwm = pwm;
	mutex_unlock(&f->lock);
}

static void apply_silent(struct fan *f, unsigned int temp)
{
	f->pwm = temp > 80 ? 255 : 40;
}

static void apply_linear(struct fan *f, unsigned int temp)
{
	fan_set(f, temp * 3);
}

static const struct fan_profile profiles[] = {
	{ "silent", apply_silent },
	{ "linear", apply_linear },
};

static ssize_t profile_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	struct fan *f = dev_get_drvdata(dev);

	mutex_lock(&f->lock);
	f->profile = &profiles[buf[0] == 'l'];
	f->profile->apply(f, f->temp);
	mutex_unlock(&f->lock);
	return count;
}
static DEVICE_ATTR_WO(profile);

static ssize_t pwm_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	fan_set(dev_get_drvdata(dev), 128);
	return count;
}
static DEVICE_ATTR_WO(pwm);
