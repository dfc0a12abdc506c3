// a mistake: wait-deadlock
struct pump {
	struct mutex lock;
	struct delayed_work poll;
	int level;
};

static void pump_poll(struct work_struct *work)
{
	struct pump *pump = container_of(to_delayed_work(work), struct pump, poll);

	mutex_lock(&pump->lock);
	pump->level++;
	mutex_unlock(&pump->lock);
}

static void pump_quiet(struct pump *pump)
{
	cancel_delayed_work_sync(&pump->poll);
}

static void pump_settle(struct pump *pump)
{
	pump_quiet(pump);
	pump->level = 0;
}

static void pump_close(struct pump *pump)
{
	pump_settle(pump);
}

static void pump_halt(struct pump *pump)
{
	pump_close(pump);
}

static void pump_remove(struct platform_device *pdev)
{
	struct pump *pump = platform_get_drvdata(pdev);

	mutex_lock(&pump->lock);
	pump_halt(pump);
	mutex_unlock(&pump->lock);
}

static int pump_probe(struct platform_device *pdev)
{
	struct pump *pump = devm_kzalloc(&pdev->dev, sizeof(*pump), GFP_KERNEL);

	if (!pump)
		return -ENOMEM;
	mutex_init(&pump->lock);
	INIT_DELAYED_WORK(&pump->poll, pump_poll);
	platform_set_drvdata(pdev, pump);
	return 0;
}

static struct platform_driver pump_driver = { .probe = pump_probe, .remove = pump_remove };
module_platform_driver(pump_driver);
