// a mistake: missing-unlock
// The error that is not one does not leave the function: it reaches the release like every other result.
struct shelf { struct mutex lock; int books; };
int shelf_find(struct shelf *s);
int shelf_drop(struct shelf *s);
int shelf_clear(struct shelf *s)
{
	int error;

	mutex_lock(&s->lock);
	error = shelf_find(s);
	if (error < 0)
		return error;
	error = shelf_drop(s);
	if (error == -ENOENT)
		error = 0;
	mutex_unlock(&s->lock);
	return error;
}
EXPORT_SYMBOL(shelf_clear);
