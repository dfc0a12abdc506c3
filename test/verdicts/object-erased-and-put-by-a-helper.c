// a mistake: held-freed
#include <linux/kobject.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/xarray.h>

struct port {
	struct kobject kobj;
	struct rw_semaphore sem;
	int state;
};

static DEFINE_XARRAY(ports);

static void port_release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct port, kobj));
}

static const struct kobj_type port_type = {
	.release = port_release,
};

int port_make(struct port *p, unsigned long id)
{
	init_rwsem(&p->sem);
	kobject_init(&p->kobj, &port_type);
	return xa_insert(&ports, id, p, GFP_KERNEL);
}

static void port_close(struct port *p)
{
	p->state = 0;
	kobject_put(&p->kobj);
}

int port_destroy(unsigned long id)
{
	struct port *p = xa_erase(&ports, id);

	if (!p)
		return -ENOENT;
	down_write(&p->sem);
	port_close(p);
	up_write(&p->sem);
	return 0;
}
