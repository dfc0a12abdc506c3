// a mistake: sleep-in-atomic
struct slot { spinlock_t lock; struct timer_list timer; struct tasklet_struct task; struct gpio_desc *pin; int present; };
static void slot_timer(struct timer_list *t)
{
	struct slot *s = from_timer(s, t, timer);
	int present = gpiod_get_value_cansleep(s->pin);

	spin_lock(&s->lock);
	s->present = present;
	spin_unlock(&s->lock);
}
static void slot_task(struct tasklet_struct *t)
{
	struct slot *s = from_tasklet(s, t, task);

	spin_lock(&s->lock);
	s->present++;
	spin_unlock(&s->lock);
}
void slot_init(struct slot *s)
{
	timer_setup(&s->timer, slot_timer, 0);
	tasklet_setup(&s->task, slot_task);
}
