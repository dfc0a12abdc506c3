// correct
// The flag says whether the trylock succeeded, and the label asks for it.
struct cell { struct mutex lock; int misses; int value; };

int cell_bump(struct cell *c, int n)
{
	bool locked = false;

	if (!mutex_trylock(&c->lock)) {
		c->misses++;
		goto out;
	}
	locked = true;
	c->value += n;
out:
	if (locked)
		mutex_unlock(&c->lock);
	return 0;
}

int cell_dump(struct cell *c, bool urgent)
{
	bool locked = true;

	if (urgent)
		locked = mutex_trylock(&c->lock);
	else
		mutex_lock(&c->lock);
	c->value = 0;
	if (locked)
		mutex_unlock(&c->lock);
	return 0;
}
