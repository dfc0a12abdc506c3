// a mistake: self-deadlock
// A function without locks stores the wrapper in the table from which it is called.
struct fw_table {
	int (*set)(int a);
};

struct fw_info {
	struct fw_table runtime;
	int (*set)(int a);
};

struct fw_info fw;
static DEFINE_MUTEX(fw_lock);

static int virt_set(int a)
{
	mutex_lock(&fw_lock);
	a = a + 1;
	mutex_unlock(&fw_lock);
	return a;
}

static int virt_set_nb(int a)
{
	int r;

	if (!mutex_trylock(&fw_lock))
		return -1;
	r = fw.runtime.set(a);
	mutex_unlock(&fw_lock);
	return r;
}

void fw_setup(struct fw_table *runtime)
{
	runtime->set = virt_set;
	fw.set = virt_set_nb;
}
