// correct
// The first function keeps preemption off where it succeeds, and its callers know that by the result.
struct fpu { int busy; int owner; };

static bool fpu_begin(struct fpu *f)
{
	preempt_disable();
	if (f->busy) {
		preempt_enable();
		return false;
	}
	f->owner = 1;
	return true;
}

static void fpu_end(struct fpu *f)
{
	f->owner = 0;
	preempt_enable();
}

int fpu_add(struct fpu *f, int n)
{
	if (!fpu_begin(f))
		return -EBUSY;
	f->busy += n;
	fpu_end(f);
	return 0;
}
