// a mistake: missing-unlock
//- node.h
struct node { struct kref ref; struct list_head entry; };
void node_release(struct kref *ref);
void node_put(struct node *n);
extern spinlock_t nodes_lock;
//- node.c
#include <linux/kref.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include "node.h"

DEFINE_SPINLOCK(nodes_lock);
static LIST_HEAD(nodes);

void node_add(struct node *n)
{
	spin_lock(&nodes_lock);
	list_add(&n->entry, &nodes);
	spin_unlock(&nodes_lock);
}

void node_release(struct kref *ref)
{
	struct node *n = container_of(ref, struct node, ref);

	list_del(&n->entry);
	kfree(n);
}
//- put.c
#include <linux/kref.h>
#include <linux/spinlock.h>
#include "node.h"

void node_put(struct node *n)
{
	kref_put_lock(&n->ref, node_release, &nodes_lock);
}
