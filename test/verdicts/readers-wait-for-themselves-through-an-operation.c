// a mistake: wait-deadlock
//- rule.h
struct rule;
struct action { int (*fire)(struct rule *r, int v); };
struct rule { struct list_head node; const struct action *act; int hits; };
extern struct srcu_struct rules_srcu;
void rule_retire(struct rule *r);
//- core.c
#include "rule.h"
DEFINE_SRCU(rules_srcu);
static LIST_HEAD(rules);

void rule_retire(struct rule *r)
{
	list_del_rcu(&r->node);
	synchronize_srcu(&rules_srcu);
	kfree(r);
}

int rules_run(int v)
{
	struct rule *r;
	int idx = srcu_read_lock(&rules_srcu);

	list_for_each_entry_srcu(r, &rules, node, 1)
		if (r->act->fire(r, v))
			break;
	srcu_read_unlock(&rules_srcu, idx);
	return 0;
}
//- once.c
#include "rule.h"
static int once_fire(struct rule *r, int v)
{
	if (r->hits++ > 0)
		return 0;
	rule_retire(r);
	return 1;
}

const struct action once = { .fire = once_fire };
