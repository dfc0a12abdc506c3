// a mistake: wait-deadlock
struct panel { struct mutex bus; int irq, x; };
static void panel_transfer(struct panel *p, int reg)
{
	mutex_lock(&p->bus);
	p->x = reg;
	mutex_unlock(&p->bus);
}
static void panel_read(struct panel *p)
{
	panel_transfer(p, 4);
}
static irqreturn_t panel_touched(int irq, void *data)
{
	panel_read(data);
	return IRQ_HANDLED;
}
int panel_probe(struct panel *p, struct device *dev)
{
	return devm_request_threaded_irq(dev, p->irq, NULL, panel_touched, IRQF_ONESHOT, "panel", p);
}
static void panel_off(struct panel *p)
{
	disable_irq(p->irq);
}
void panel_suspend(struct panel *p)
{
	mutex_lock(&p->bus);
	panel_off(p);
	mutex_unlock(&p->bus);
}
