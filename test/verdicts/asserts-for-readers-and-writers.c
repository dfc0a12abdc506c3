// correct
#include <linux/lockdep.h>
#include <linux/rwlock.h>

struct vm { rwlock_t lock; int pages; };
struct root { int shared; int users; };
static int sharing;

static void root_zap(struct vm *vm, struct root *root)
{
	lockdep_assert_held_write(&vm->lock);
	vm->pages -= root->users;
}

static void root_free(struct vm *vm, struct root *root)
{
	if (root->shared) {
		lockdep_assert_held_read(&vm->lock);
		root->users--;
	} else {
		lockdep_assert_held_write(&vm->lock);
		if (!--root->users)
			root_zap(vm, root);
	}
}

void vm_leave(struct vm *vm, struct root *root)
{
	/* All roots are shared then. */
	if (sharing) {
		read_lock(&vm->lock);
		root_free(vm, root);
		read_unlock(&vm->lock);
	}
}

void vm_drop(struct vm *vm, struct root *root)
{
	write_lock(&vm->lock);
	root_free(vm, root);
	write_unlock(&vm->lock);
}
