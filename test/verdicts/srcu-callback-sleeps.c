// a mistake: sleep-in-atomic
struct route { struct rcu_head rcu; int id; };
static DEFINE_MUTEX(routes_lock);
static DEFINE_SRCU(routes_srcu);
static int routes;
static void route_gone(struct rcu_head *head)
{
	mutex_lock(&routes_lock);
	routes--;
	mutex_unlock(&routes_lock);
	kfree(container_of(head, struct route, rcu));
}
void route_drop(struct route *r)
{
	call_srcu(&routes_srcu, &r->rcu, route_gone);
}
EXPORT_SYMBOL(route_drop);
