// a mistake: unbalanced-unlock
// The error in front of the read section jumps to its end.
struct member { int id; int weight; };
struct team { struct member __rcu *first; int up; };

int team_weight(struct team *t)
{
	struct member *m;
	int weight = -ENETDOWN;

	if (!t->up)
		goto unlock;
	rcu_read_lock();
	m = rcu_dereference(t->first);
	weight = m ? m->weight : 0;
unlock:
	rcu_read_unlock();
	return weight;
}
