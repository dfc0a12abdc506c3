// a mistake: sleep-in-atomic
#define MSG_DONTWAIT 0x40
#define MSG_MORE 0x8000

struct sock {
	long sk_sndtimeo;
};

static spinlock_t table_lock;
static spinlock_t other_lock;

static int append(struct sock *sk, unsigned int flags)
{
	int err;
	struct sk_buff *skb = sock_alloc_send_skb(sk, 64, (flags & MSG_DONTWAIT), &err);

	return skb ? 0 : err;
}

int push(struct sock *sk)
{
	int err;

	spin_lock(&table_lock);
	err = append(sk, MSG_MORE);
	spin_unlock(&table_lock);
	return err;
}
