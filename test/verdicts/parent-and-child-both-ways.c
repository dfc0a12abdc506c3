// a mistake: lock-order-cycle
struct node { struct mutex a; struct mutex b; struct node *parent; int n; };
int up(struct node *x)
{
	mutex_lock(&x->a);
	mutex_lock(&x->parent->b);
	x->n++;
	mutex_unlock(&x->parent->b);
	mutex_unlock(&x->a);
	return 0;
}
int down_(struct node *x)
{
	mutex_lock(&x->parent->b);
	mutex_lock(&x->a);
	x->n--;
	mutex_unlock(&x->a);
	mutex_unlock(&x->parent->b);
	return 0;
}
