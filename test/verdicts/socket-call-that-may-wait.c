// a mistake: sleep-in-atomic
#define MSG_DONTWAIT 0x40
#define MSG_MORE 0x8000

struct sock {
	long sk_sndtimeo;
};

static spinlock_t table_lock;
static spinlock_t other_lock;

static int attach(struct sock *sk, long *timeo)
{
	if (!*timeo)
		return -EAGAIN;
	*timeo = schedule_timeout(*timeo);
	return 0;
}

static int unicast(struct sock *sk, int nonblock)
{
	long timeo;

	timeo = sock_sndtimeo(sk, nonblock);
	return attach(sk, &timeo);
}

int tell(struct sock *sk)
{
	int err;

	spin_lock(&table_lock);
	err = unicast(sk, 0);
	spin_unlock(&table_lock);
	return err;
}
