// a mistake: wait-deadlock
struct rq_ep { spinlock_t lock; struct timer_list rto; int busy; };
static inline void rq_lock(struct rq_ep *ep)
{
	spin_lock_bh(&ep->lock);
}
static inline void rq_unlock(struct rq_ep *ep)
{
	spin_unlock_bh(&ep->lock);
}
static void rq_rto(struct timer_list *t)
{
	struct rq_ep *ep = from_timer(ep, t, rto);

	spin_lock(&ep->lock);
	ep->busy = 0;
	spin_unlock(&ep->lock);
}
void rq_open(struct rq_ep *ep)
{
	timer_setup(&ep->rto, rq_rto, 0);
}
void rq_ack(struct rq_ep *ep)
{
	rq_lock(ep);
	timer_delete_sync(&ep->rto);
	rq_unlock(ep);
}
