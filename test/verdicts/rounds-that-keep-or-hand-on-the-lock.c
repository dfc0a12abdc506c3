// correct
// Rounds of loops that end with a lock held on purpose, and others that look so.
struct node { struct mutex lock; struct node *next; int busy; struct list_head link; };
struct node *next_node(void);
int node_check(struct node *node);
static DEFINE_SPINLOCK(nodes_lock);

/* Hand over hand: the next round releases what this one took. */
struct node *find_node(struct node *head, int busy)
{
	struct node *node, *last = NULL;

	for (node = head; node; node = node->next) {
		mutex_lock(&node->lock);
		if (last)
			mutex_unlock(&last->lock);
		if (node->busy == busy) {
			mutex_unlock(&node->lock);
			return node;
		}
		last = node;
	}
	if (last)
		mutex_unlock(&last->lock);
	return NULL;
}

/* The picked nodes stay locked until the second loop. */
void pick_nodes(struct node *head, struct list_head *picked)
{
	struct node *node, *n;

	for (node = head; node; node = node->next) {
		mutex_lock(&node->lock);
		if (node->busy) {
			mutex_unlock(&node->lock);
			continue;
		}
		list_add(&node->link, picked);
	}
	list_for_each_entry_safe(node, n, picked, link) {
		list_del(&node->link);
		mutex_unlock(&node->lock);
	}
}

/* Only a node that is busy is locked. */
void flag_nodes(struct node *head)
{
	struct node *node;
	int locked;

	for (node = head; node; node = node->next) {
		locked = 0;
		if (node->busy) {
			mutex_lock(&node->lock);
			locked = 1;
		}
		node->busy++;
		if (!locked)
			continue;
		mutex_unlock(&node->lock);
	}
}

/* Each round drops the lock for a while. */
int drain_nodes(void)
{
	struct node *node;

	spin_lock(&nodes_lock);
	while ((node = next_node())) {
		if (node->busy)
			continue;
		spin_unlock(&nodes_lock);
		node_check(node);
		spin_lock(&nodes_lock);
		if (node->busy)
			continue;
		if (node->next) {
			spin_unlock(&nodes_lock);
			return 1;
		}
	}
	spin_unlock(&nodes_lock);
	return 0;
}

static void node_skip(struct node *node)
{
	node->busy = 0;
	mutex_unlock(&node->lock);
}

/* A helper releases the lock of a node that is skipped. */
void skip_nodes(struct node *head)
{
	struct node *node;

	for (node = head; node; node = node->next) {
		mutex_lock(&node->lock);
		if (node->busy) {
			node_skip(node);
			continue;
		}
		mutex_unlock(&node->lock);
	}
}

/* One state takes the lock, the next one releases it. */
void step_node(struct node *node)
{
	int state = 0;

	for (;;) {
		switch (state) {
		case 0:
			mutex_lock(&node->lock);
			state = 1;
			continue;
		case 1:
			node->busy++;
			mutex_unlock(&node->lock);
			state = 2;
			continue;
		default:
			return;
		}
	}
}

/* `continue` of the loop inside the section. */
int scan_nodes(void)
{
	struct node *node;
	int i, n = 0;

	while ((node = next_node())) {
		mutex_lock(&node->lock);
		for (i = 0; i < 8; i++) {
			if (node->busy == i)
				continue;
			n++;
		}
		mutex_unlock(&node->lock);
	}
	return n;
}
