// correct
struct slot { spinlock_t lock; long tokens; };
struct ring { struct slot slots[8]; unsigned int head; unsigned int next; };
void ring_advance(struct ring *r)
{
	spin_lock(&r->slots[r->head].lock);
	spin_lock_nested(&r->slots[r->next].lock, SINGLE_DEPTH_NESTING);
	r->slots[r->next].tokens = r->slots[r->head].tokens;
	spin_unlock(&r->slots[r->next].lock);
	spin_unlock(&r->slots[r->head].lock);
}
