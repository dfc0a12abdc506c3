// correct
#include <linux/mm.h>

static int unmap_aligned(struct mm_struct *mm, unsigned long start, bool downgrade)
{
	if (start == 0)
		return -EINVAL;
	if (downgrade)
		mmap_write_downgrade(mm);
	return downgrade ? 1 : 0;
}

static int unmap_range(struct mm_struct *mm, unsigned long start, bool downgrade)
{
	if (start & 1)
		return -EINVAL;
	return unmap_aligned(mm, start, downgrade);
}

int unmap(struct mm_struct *mm, unsigned long start)
{
	int ret;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	ret = unmap_range(mm, start, true);
	if (ret == 1) {
		mmap_read_unlock(mm);
		ret = 0;
	} else {
		mmap_write_unlock(mm);
	}
	return ret;
}
