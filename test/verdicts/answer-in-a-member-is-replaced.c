// a mistake: sleep-in-atomic
// The callee replaces the answer of the acquisition, so the lock stays held.
struct args {
	pte_t *ptep;
	pmd_t *pmdp;
	struct mm *mm;
	int n;
};

static void clear_tests(struct args *a)
{
	a->n++;
	a->ptep = NULL;
}

int debug_tables(struct mm *mm)
{
	struct args args = { .mm = mm };
	spinlock_t *ptl;

	args.ptep = pte_offset_map_lock(args.mm, args.pmdp, 3, &ptl);
	clear_tests(&args);
	if (args.ptep)
		pte_unmap_unlock(args.ptep, ptl);
	msleep(3);
	return 0;
}
