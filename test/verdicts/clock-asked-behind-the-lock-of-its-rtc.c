// correct
// The work asks the clock before it takes the lock that the operation takes.
struct cell {
	struct rtc_device *rtc;
	struct mutex bus;
	struct work_struct late;
	time64_t seen;
};

static int cell_set_alarm(struct device *dev, struct rtc_wkalrm *alarm)
{
	struct cell *cell = dev_get_drvdata(dev);

	mutex_lock(&cell->bus);
	cell->seen = rtc_tm_to_time64(&alarm->time);
	mutex_unlock(&cell->bus);
	return 0;
}

static void cell_late(struct work_struct *work)
{
	struct cell *cell = container_of(work, struct cell, late);
	struct rtc_time now;
	int err = rtc_read_time(cell->rtc, &now);

	mutex_lock(&cell->bus);
	if (!err)
		cell->seen = rtc_tm_to_time64(&now);
	mutex_unlock(&cell->bus);
}

static const struct rtc_class_ops cell_ops = { .set_alarm = cell_set_alarm };

int cell_attach(struct device *dev, struct cell *cell)
{
	mutex_init(&cell->bus);
	INIT_WORK(&cell->late, cell_late);
	cell->rtc = devm_rtc_allocate_device(dev);
	if (IS_ERR(cell->rtc))
		return PTR_ERR(cell->rtc);
	cell->rtc->ops = &cell_ops;
	return devm_rtc_register_device(cell->rtc);
}
EXPORT_SYMBOL_GPL(cell_attach);
