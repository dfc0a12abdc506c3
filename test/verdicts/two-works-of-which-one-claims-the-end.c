// correct
struct conn { struct work_struct send; struct work_struct recv; unsigned long flags; int n; };

static void conn_close(struct conn *c, bool tx, bool rx)
{
	bool closing = test_and_set_bit(1, &c->flags);

	if (tx && !closing && cancel_work_sync(&c->send))
		c->n++;
	if (rx && !closing && cancel_work_sync(&c->recv))
		c->n--;
	clear_bit(1, &c->flags);
}

static void conn_send(struct work_struct *work)
{
	struct conn *c = container_of(work, struct conn, send);

	if (c->n > 8)
		conn_close(c, false, true);
}

static void conn_recv(struct work_struct *work)
{
	struct conn *c = container_of(work, struct conn, recv);

	if (c->n < 0)
		conn_close(c, true, false);
}

void conn_init(struct conn *c)
{
	INIT_WORK(&c->send, conn_send);
	INIT_WORK(&c->recv, conn_recv);
}
