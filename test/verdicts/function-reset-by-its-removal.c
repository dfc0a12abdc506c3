// a mistake: self-deadlock
struct card { struct pci_dev *pdev; void *bar; };
static void card_stop(struct card *c)
{
	writel(0, c->bar);
	if (readl(c->bar))
		pci_reset_function(c->pdev);
}
static int card_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct card *c = devm_kzalloc(&pdev->dev, sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	c->pdev = pdev;
	pci_set_drvdata(pdev, c);
	return 0;
}
static void card_remove(struct pci_dev *pdev)
{
	struct card *c = pci_get_drvdata(pdev);

	card_stop(c);
	pci_disable_device(pdev);
}
static struct pci_driver card_driver = { .name = "card", .probe = card_probe, .remove = card_remove };
module_pci_driver(card_driver);
