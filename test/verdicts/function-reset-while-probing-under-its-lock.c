// correct
// The variant for callers that hold the lock of the device; the other function's lock is another one.
struct pair { struct pci_dev *twin; };

static int accel_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct pair *pair = pci_get_drvdata(pdev);
	int err = pci_reset_function_locked(pdev);

	if (err || !pair || pair->twin == pdev)
		return err;
	return pci_reset_function(pair->twin);
}

static struct pci_driver accel_driver = { .name = "accel", .probe = accel_probe };
module_pci_driver(accel_driver);
