// a mistake: sleep-in-atomic
// The lock that the call returned, kept in a member, is released only after the sleep.
struct fault {
	spinlock_t *ptl;
	struct mm *mm;
	pmd_t *pmd;
	int n;
};

int fault_once(struct fault *f)
{
	f->ptl = pmd_lock(f->mm, f->pmd);
	if (f->n) {
		msleep(3);
		spin_unlock(f->ptl);
		return 0;
	}
	spin_unlock(f->ptl);
	return 1;
}
