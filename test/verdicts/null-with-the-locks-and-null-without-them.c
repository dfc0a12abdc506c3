// correct
struct group { int deleted; int n; };
static DEFINE_MUTEX(groups_lock);

static struct group *group_enter(struct node *node)
{
	struct group *g = group_of(node);

	if (!g)
		return NULL;
	mutex_lock(&groups_lock);
	if (g->deleted)
		return NULL;
	return g;
}

static void group_leave(struct node *node)
{
	struct group *g = group_of(node);

	if (!g)
		return;
	mutex_unlock(&groups_lock);
}

int group_show(struct node *node)
{
	struct group *g = group_enter(node);
	int ret = -ENOENT;

	if (g)
		ret = g->n;
	group_leave(node);
	return ret;
}
