// correct
struct account { struct mutex mutex; int closed; long balance; };
static DEFINE_XARRAY(accounts);

static struct account *account_open(unsigned long number, long least)
{
	struct account *a = xa_load(&accounts, number);
	int err;

	if (!a)
		return ERR_PTR(-ENOENT);
	mutex_lock(&a->mutex);
	err = a->closed ? -ENOENT : a->balance < least ? -EDQUOT : 0;
	if (err) {
		mutex_unlock(&a->mutex);
		return ERR_PTR(err);
	}
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
