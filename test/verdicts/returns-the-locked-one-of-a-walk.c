// correct
struct slot { spinlock_t lock; bool used; };
static struct slot slots[16];
static int slot_lock_free(void)
{
	int i;

	for (i = 0; i < 16; i++) {
		spin_lock(&slots[i].lock);
		if (!slots[i].used)
			return i;
		spin_unlock(&slots[i].lock);
	}
	return i;
}
int slot_take(void)
{
	int i = slot_lock_free();

	if (i == 16)
		return -EBUSY;
	slots[i].used = true;
	spin_unlock(&slots[i].lock);
	return i;
}
