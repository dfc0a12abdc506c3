// correct
#include <linux/preempt.h>
#include <linux/bottom_half.h>
#include <linux/bitops.h>

/* One and zero are answers: the lock bit was free, or it was not. The unlock functions, elsewhere, switch on again. */
struct slot {
	unsigned long flags;
	atomic_t taken;
};

static inline int slot_trylock(struct slot *s)
{
	preempt_disable();
	if (!test_and_set_bit(0, &s->flags))
		return 1;
	preempt_enable();
	return 0;
}

static inline int slot_trylock_bh(struct slot *s)
{
	local_bh_disable();
	if (atomic_cmpxchg(&s->taken, 0, 1) != 0) {
		local_bh_enable();
		return 0;
	}
	return 1;
}

void slot_unlock(struct slot *s);
void slot_unlock_bh(struct slot *s);
