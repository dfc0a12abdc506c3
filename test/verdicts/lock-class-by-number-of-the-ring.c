// correct
struct ring { spinlock_t lock; int n; };
struct base { spinlock_t base_lock; struct lock_class_key *ring_key; struct ring rings[8]; int cmd, mon; };
void ring_setup(struct base *b, int id)
{
	struct ring *r = &b->rings[id];

	spin_lock_init(&r->lock);
	lockdep_set_class(&r->lock, b->ring_key + id);
}
static int cmd_send(struct ring *r) { spin_lock_bh(&r->lock); r->n++; spin_unlock_bh(&r->lock); return 0; }
int pn_config(struct base *b) { int ret; struct ring *r = &b->rings[b->cmd]; spin_lock_bh(&b->base_lock); ret = cmd_send(r); spin_unlock_bh(&b->base_lock); return ret; }
void mon(struct base *b) { struct ring *r = &b->rings[b->mon]; spin_lock_bh(&r->lock); spin_lock_bh(&b->base_lock); b->mon++; spin_unlock_bh(&b->base_lock); spin_unlock_bh(&r->lock); }
