// correct
struct plug { struct mutex lock; struct input_dev *input; int state; };
int plug_leave(struct plug *p)
{
	p->state = 0;
#ifdef CONFIG_PLUG_INPUT
	guard(mutex)(&p->lock);
	if (!p->input)
		return 0;
	p->input = NULL;
#endif
	return 0;
}
