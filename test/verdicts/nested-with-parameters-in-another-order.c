// correct
struct queue { struct mutex lock; int n; };

void queue_move(struct queue *from, struct queue *to)
{
	mutex_lock(&from->lock);
	mutex_lock_nested(&to->lock, SINGLE_DEPTH_NESTING);
	to->n += from->n;
	mutex_unlock(&to->lock);
	mutex_unlock(&from->lock);
}
EXPORT_SYMBOL(queue_move);

void queue_push(struct queue *from, struct queue *to)
{
	queue_move(from, to);
}
EXPORT_SYMBOL(queue_push);

void queue_pull(struct queue *to, struct queue *from)
{
	queue_move(from, to);
}
EXPORT_SYMBOL(queue_pull);
