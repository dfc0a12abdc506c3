// a mistake: missing-unlock
// The second error leaves the mutex of the account locked.
struct account { struct mutex mutex; int closed; long balance; };
static DEFINE_XARRAY(accounts);

static struct account *account_open(unsigned long number, long least)
{
	struct account *a = xa_load(&accounts, number);

	if (!a)
		return ERR_PTR(-ENOENT);
	if (mutex_lock_interruptible(&a->mutex))
		return ERR_PTR(-EINTR);
	if (a->closed) {
		mutex_unlock(&a->mutex);
		return ERR_PTR(-ENOENT);
	}
	if (a->balance < least)
		return ERR_PTR(-EDQUOT);
	return a;
}

long account_take(unsigned long number, long amount)
{
	struct account *a = account_open(number, amount);
	long left;

	if (IS_ERR(a))
		return PTR_ERR(a);
	left = a->balance -= amount;
	mutex_unlock(&a->mutex);
	return left;
}
