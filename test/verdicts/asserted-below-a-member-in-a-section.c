// correct
// The core calls exit_rtnl() with rtnl_mutex held: that its code is in a section says nothing of its callers.
struct route_table { int entries; };
struct net_routes { struct route_table *table; };
static struct net_routes *routes_of(struct net *net);

static void table_free(struct route_table *t)
{
	ASSERT_RTNL();
	t->entries = 0;
}

static void routes_exit(struct net *net)
{
	table_free(routes_of(net)->table);
}

static int __net_init routes_init(struct net *net)
{
	rtnl_lock();
	routes_exit(net);
	rtnl_unlock();
	return 0;
}

static void __net_exit routes_exit_rtnl(struct net *net, struct list_head *dev_kill_list)
{
	routes_exit(net);
}

static struct pernet_operations routes_ops = {
	.init = routes_init,
	.exit_rtnl = routes_exit_rtnl,
};

int routes_register(void)
{
	return register_pernet_subsys(&routes_ops);
}
