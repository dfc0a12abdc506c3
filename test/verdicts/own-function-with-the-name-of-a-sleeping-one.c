// correct
struct gen { spinlock_t lock; unsigned int duty; };

int pwm_config(struct gen *g, unsigned int duty)
{
	g->duty = duty;
	return 0;
}

int gen_set(struct gen *g, unsigned int duty)
{
	int ret;

	spin_lock(&g->lock);
	ret = pwm_config(g, duty);
	spin_unlock(&g->lock);
	return ret;
}
