// a mistake: lock-order-cycle
// A global mutex: read_time() is called under the lock of the clock, which rtc_set_alarm() takes two calls below.
static DEFINE_MUTEX(window);
static struct rtc_device *waker;
static unsigned int reads;

static int peer_read_time(struct device *dev, struct rtc_time *tm)
{
	mutex_lock(&window);
	reads++;
	rtc_time64_to_tm(reads, tm);
	mutex_unlock(&window);
	return 0;
}

static int peer_arm(struct rtc_wkalrm *alarm)
{
	return rtc_set_alarm(waker, alarm);
}

static const struct rtc_class_ops peer_ops = { .read_time = peer_read_time };

int peer_start(struct device *dev)
{
	waker = devm_rtc_device_register(dev, "peer", &peer_ops, THIS_MODULE);
	return PTR_ERR_OR_ZERO(waker);
}
EXPORT_SYMBOL_GPL(peer_start);

int peer_wake(struct rtc_wkalrm *alarm)
{
	int err;

	mutex_lock(&window);
	reads = 0;
	err = peer_arm(alarm);
	mutex_unlock(&window);
	return err;
}
EXPORT_SYMBOL_GPL(peer_wake);
