// correct
#include <linux/percpu.h>
#include <linux/spinlock.h>

struct bounce { raw_spinlock_t lock; void *ptr; unsigned int pages; };
static DEFINE_PER_CPU(struct bounce, bounce);

/* The caller ends with bounce_put() what succeeded. */
void *bounce_get(unsigned int pages)
	__acquires(b->lock)
{
	struct bounce *b = &get_cpu_var(bounce);

	raw_spin_lock(&b->lock);
	if (pages > b->pages) {
		raw_spin_unlock(&b->lock);
		put_cpu_var(bounce);
		return NULL;
	}
	return b->ptr;
}

void bounce_put(void)
{
	raw_spin_unlock(&this_cpu_ptr(&bounce)->lock);
	put_cpu_var(bounce);
}
