// correct
struct pad { struct mutex lock; refcount_t users; struct device *dev; };

static void pad_put(struct pad *p)
{
	if (refcount_dec_and_test(&p->users))
		kfree(p);
}

static int pad_close(struct inode *inode, struct file *file)
{
	pad_put(file->private_data);
	return 0;
}

static const struct file_operations pad_fops = { .release = pad_close };

static void pad_remove(struct platform_device *pdev)
{
	struct pad *p = platform_get_drvdata(pdev);

	mutex_lock(&p->lock);
	p->dev = NULL;
	mutex_unlock(&p->lock);
	pad_put(p);
}

static struct platform_driver pad_driver = { .remove = pad_remove, .driver = { .name = "pad" } };
module_platform_driver(pad_driver);
