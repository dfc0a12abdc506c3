// a mistake: self-deadlock
// probe() is called under the lock of its device, which the reset takes.
static int accel_start(struct pci_dev *pdev)
{
	int err = pci_enable_device(pdev);

	if (err)
		return err;
	return pci_reset_function(pdev);
}

static int accel_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return accel_start(pdev);
}

static struct pci_driver accel_driver = { .name = "accel", .probe = accel_probe };
module_pci_driver(accel_driver);
