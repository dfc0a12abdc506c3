// a mistake: sleep-in-atomic
struct bridge {
	struct mutex lock;
	struct mbox_controller mbox;
	u32 last;
};

/* The mailbox calls it with the channel's lock held and interrupts off. */
static int bridge_send(struct mbox_chan *chan, void *data)
{
	struct bridge *b = chan->con_priv;

	mutex_lock(&b->lock);
	b->last = *(u32 *)data;
	mutex_unlock(&b->lock);
	return 0;
}

static const struct mbox_chan_ops bridge_ops = {
	.send_data = bridge_send,
};

int bridge_register(struct bridge *b)
{
	mutex_init(&b->lock);
	b->mbox.ops = &bridge_ops;
	return devm_mbox_controller_register(b->mbox.dev, &b->mbox);
}
