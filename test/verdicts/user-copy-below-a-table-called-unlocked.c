// correct
struct req { int n; const void __user *from; };
struct unit { spinlock_t lock; int words[8]; };
struct verb { int nr; int (*prepare)(struct unit *u, struct req *r); int (*run)(struct unit *u, struct req *r); };
static int unit_fetch(struct unit *u, struct req *r)
{
	if (copy_from_user(u->words, r->from, r->n))
		return -EFAULT;
	return 0;
}
static int unit_clear(struct unit *u, struct req *r)
{
	u->words[0] = 0;
	return 0;
}
static const struct verb verbs[] = {
	{ 1, unit_fetch, unit_clear },
};
int unit_call(struct unit *u, const struct verb *v, struct req *r)
{
	int ret = v->prepare(u, r);

	if (ret)
		return ret;
	spin_lock(&u->lock);
	ret = v->run(u, r);
	spin_unlock(&u->lock);
	return ret;
}
const struct verb *unit_verb(int i)
{
	return &verbs[i];
}
