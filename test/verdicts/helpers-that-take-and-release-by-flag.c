// correct
// Each helper releases only what its flag names: the outer lock stays for the caller, which releases it.
struct inode_locks { struct rw_semaphore io; struct rw_semaphore map; int size; };
#define LOCK_IO 1
#define LOCK_MAP 2

static void inode_take(struct inode_locks *i, unsigned int which)
{
	if (which & LOCK_IO)
		down_write(&i->io);
	if (which & LOCK_MAP)
		down_write(&i->map);
}

static void inode_drop(struct inode_locks *i, unsigned int which)
{
	if (which & LOCK_MAP)
		up_write(&i->map);
	if (which & LOCK_IO)
		up_write(&i->io);
}

static void inode_prepare(struct inode_locks *i)
{
	inode_take(i, LOCK_IO);
	inode_take(i, LOCK_MAP);
	i->size = 0;
	inode_drop(i, LOCK_MAP);
}

static void inode_note(struct inode_locks *i, bool is_last)
{
	i->size++;
	if (is_last)
		up_write(&i->io);
}

static void inode_extend(struct inode_locks *i)
{
	inode_take(i, LOCK_IO);
	inode_note(i, false);
}

int inode_truncate(struct inode_locks *i)
{
	inode_prepare(i);
	i->size = 1;
	inode_drop(i, LOCK_IO);
	return 0;
}

int inode_write(struct inode_locks *i)
{
	inode_extend(i);
	i->size = 2;
	inode_drop(i, LOCK_IO);
	return 0;
}

int inode_append(struct inode_locks *i)
{
	inode_take(i, LOCK_IO);
	inode_note(i, true);
	return 0;
}
