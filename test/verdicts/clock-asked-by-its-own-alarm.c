// a mistake: self-deadlock
struct watch { void *regs; struct rtc_device *rtc; };
static int watch_ahead(struct watch *w, struct rtc_time *then)
{
	struct rtc_time now;

	if (rtc_read_time(w->rtc, &now))
		return 0;
	return rtc_tm_to_time64(then) - rtc_tm_to_time64(&now);
}
static int watch_set_alarm(struct device *dev, struct rtc_wkalrm *a)
{
	struct watch *w = dev_get_drvdata(dev);

	if (watch_ahead(w, &a->time) > 86400)
		return -ERANGE;
	writel(a->enabled, w->regs);
	return 0;
}
static const struct rtc_class_ops watch_ops = { .set_alarm = watch_set_alarm };
int watch_add(struct watch *w)
{
	w->rtc->ops = &watch_ops;
	return devm_rtc_register_device(w->rtc);
}
EXPORT_SYMBOL(watch_add);
