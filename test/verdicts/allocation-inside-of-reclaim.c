// a mistake: self-deadlock
void a(void)
{
	fs_reclaim_acquire(GFP_KERNEL);
	might_alloc(GFP_NOFS);
	might_alloc(GFP_KERNEL);
	fs_reclaim_release(GFP_KERNEL);
}

