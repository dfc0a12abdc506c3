// correct
struct slot { struct mutex lock; int n; };
struct bank { struct slot *slots; unsigned int nr; };
static struct slot *slot_of(struct bank *b, unsigned int id)
{
	return id < b->nr ? &b->slots[id] : NULL;
}
static struct mutex *lock_of(struct bank *b, unsigned int id)
{
	return &slot_of(b, id)->lock;
}
int bank_use(struct bank *b, unsigned int id, int n)
{
	mutex_lock(lock_of(b, id));
	if (n >= 0)
		slot_of(b, id)->n = n;
	mutex_unlock(lock_of(b, id));
	return 0;
}
