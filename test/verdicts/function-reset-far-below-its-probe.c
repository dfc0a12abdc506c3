// a mistake: self-deadlock
struct card { struct pci_dev *pdev; void *bar; int resets; };
static int card_recover(struct card *c)
{
	int ret;

	pci_clear_master(c->pdev);
	ret = pci_reset_function(c->pdev);
	if (ret)
		return ret;
	c->resets++;
	return 0;
}
static int card_up(struct card *c)
{
	int tries;

	for (tries = 0; tries < 3; tries++) {
		if (readl(c->bar) == 1)
			return 0;
		msleep(20);
	}
	return card_recover(c);
}
static int card_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct card *c = devm_kzalloc(&pdev->dev, sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	c->pdev = pdev;
	c->bar = pcim_iomap(pdev, 0, 0);
	if (!c->bar)
		return -ENOMEM;
	return card_up(c);
}
static struct pci_driver card_driver = { .name = "card", .probe = card_probe };
module_pci_driver(card_driver);
