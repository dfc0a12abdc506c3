// a mistake: lock-order-cycle
struct rule_table {
	struct mutex locks[16];
	int priorities[256];
};

static struct rule_table *rules;

static unsigned int slot_of(u32 key)
{
	return hash_32(key, 4);
}

static struct mutex *lock_of(struct rule_table *t, u32 key)
{
	return &t->locks[slot_of(key)];
}

static void rules_swap(struct rule_table *t, u32 one, u32 two)
{
	struct mutex *first = lock_of(t, one), *second = lock_of(t, two);

	mutex_lock(first);
	if (second != first)
		mutex_lock_nested(second, SINGLE_DEPTH_NESTING);
	swap(t->priorities[one], t->priorities[two]);
	if (second != first)
		mutex_unlock(second);
	mutex_unlock(first);
}

ssize_t rules_store(const char *buf, size_t len)
{
	u32 one, two;

	if (sscanf(buf, "set %u %u", &one, &two) == 2)
		rules->priorities[one] = two;
	else if (sscanf(buf, "swap %u %u", &one, &two) == 2)
		rules_swap(rules, one, two);
	return len;
}
