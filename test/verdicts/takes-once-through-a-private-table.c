// correct
struct fan;

struct profile {
	const char *name;
	int (*apply)(struct fan *f, unsigned int temp);
};

struct fan {
	struct mutex lock;
	const struct profile *profile;
	unsigned int pwm;
};

static int fan_set(struct fan *f, unsigned int pwm)
{
	mutex_lock(&f->lock);
	f->pwm = pwm;
	mutex_unlock(&f->lock);
	return 0;
}

static int apply_silent(struct fan *f, unsigned int temp)
{
	return fan_set(f, 20);
}

static int apply_linear(struct fan *f, unsigned int temp)
{
	return fan_set(f, temp * 3);
}

static const struct profile profiles[] = {
	{ "silent", apply_silent },
	{ "linear", apply_linear },
};

int fan_choose(struct fan *f, unsigned int number, unsigned int temp)
{
	const struct profile *p;

	mutex_lock(&f->lock);
	p = f->profile = &profiles[number % 2];
	mutex_unlock(&f->lock);
	return p->apply(f, temp);
}
