// correct
struct accel { struct pci_dev *pdev; struct list_head jobs; };
static DEFINE_MUTEX(accel_lock);

static void accel_remove(struct pci_dev *pdev)
{
	struct accel *accel = pci_get_drvdata(pdev);

	mutex_lock(&accel_lock);
	list_del_init(&accel->jobs);
	mutex_unlock(&accel_lock);
}

int accel_recover(struct accel *accel)
{
	mutex_lock(&accel_lock);
	list_del_init(&accel->jobs);
	mutex_unlock(&accel_lock);
	return pci_reset_function(accel->pdev);
}
EXPORT_SYMBOL(accel_recover);

static struct pci_driver accel_driver = { .name = "accel", .remove = accel_remove };
module_pci_driver(accel_driver);
