// correct
struct watch { void *regs; struct rtc_device *rtc; };
static int watch_read(struct device *dev, struct rtc_time *now)
{
	struct watch *w = dev_get_drvdata(dev);

	rtc_time64_to_tm(readl(w->regs), now);
	return 0;
}
static int watch_set_alarm(struct device *dev, struct rtc_wkalrm *a)
{
	struct watch *w = dev_get_drvdata(dev);
	struct rtc_time now;

	watch_read(dev, &now);
	if (rtc_tm_to_time64(&a->time) - rtc_tm_to_time64(&now) > 86400)
		return -ERANGE;
	writel(a->enabled, w->regs);
	return 0;
}
static irqreturn_t watch_irq(int irq, void *data)
{
	struct watch *w = data;
	struct rtc_time now;

	rtc_read_time(w->rtc, &now);
	return IRQ_HANDLED;
}
static const struct rtc_class_ops watch_ops = { .read_time = watch_read, .set_alarm = watch_set_alarm };
int watch_add(struct watch *w, struct device *dev, int irq)
{
	w->rtc->ops = &watch_ops;
	devm_request_threaded_irq(dev, irq, NULL, watch_irq, IRQF_ONESHOT, "watch", w);
	return devm_rtc_register_device(w->rtc);
}
EXPORT_SYMBOL(watch_add);
