// a mistake: wait-deadlock
struct rule { struct list_head node; int id; int (*eval)(struct rule *r, int arg); };
DEFINE_STATIC_SRCU(rules_srcu);
static DEFINE_MUTEX(rules_lock);
static LIST_HEAD(rules);
static int quota;
static int refill(int want)
{
	mutex_lock(&rules_lock);
	quota += want;
	mutex_unlock(&rules_lock);
	return 0;
}
static int eval_quota(struct rule *r, int arg)
{
	return quota < arg ? refill(arg) : 0;
}
static int eval_mask(struct rule *r, int arg)
{
	return arg & r->id ? 0 : -EPERM;
}
int rules_run(int arg)
{
	struct rule *r;
	int idx, ret = 0;

	idx = srcu_read_lock(&rules_srcu);
	list_for_each_entry_srcu(r, &rules, node, srcu_read_lock_held(&rules_srcu)) {
		ret = r->eval(r, arg);
		if (ret)
			break;
	}
	srcu_read_unlock(&rules_srcu, idx);
	return ret;
}
void rule_init(struct rule *r, int id)
{
	r->id = id;
	r->eval = id & 1 ? eval_quota : eval_mask;
}
void rule_del(struct rule *r)
{
	mutex_lock(&rules_lock);
	list_del_rcu(&r->node);
	synchronize_srcu(&rules_srcu);
	mutex_unlock(&rules_lock);
	kfree(r);
}
