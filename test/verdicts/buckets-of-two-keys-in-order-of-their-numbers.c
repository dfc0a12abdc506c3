// correct
#include <linux/hash.h>
#include <linux/spinlock.h>

struct slot {
	spinlock_t lock;
	unsigned int used;
};

static struct slot *slots;

static unsigned int slot_of(u16 id)
{
	return hash_32(id, 6);
}

static int slot_rename(u16 old, u16 new)
{
	unsigned int a = slot_of(old), b = slot_of(new);

	if (a > b)
		swap(a, b);
	spin_lock(&slots[a].lock);
	if (a != b)
		spin_lock_nested(&slots[b].lock, SINGLE_DEPTH_NESTING);
	slots[a].used++;
	slots[b].used++;
	if (a != b)
		spin_unlock(&slots[b].lock);
	spin_unlock(&slots[a].lock);
	return 0;
}

long slot_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return slot_rename(arg & 0xffff, arg >> 16);
}
