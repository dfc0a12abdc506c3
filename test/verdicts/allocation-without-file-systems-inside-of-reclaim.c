// correct
void a(void)
{
	unsigned int f;

	fs_reclaim_acquire(GFP_KERNEL);
	f = memalloc_nofs_save();
	might_alloc(GFP_KERNEL);
	memalloc_nofs_restore(f);
	fs_reclaim_release(GFP_KERNEL);
}

