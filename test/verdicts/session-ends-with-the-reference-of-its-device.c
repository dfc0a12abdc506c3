// correct
struct card { struct kref refs; struct mutex lock; };
struct session { struct mutex lock; struct card *card; };

static void card_free(struct kref *refs)
{
	kfree(container_of(refs, struct card, refs));
}

static int session_release(struct inode *inode, struct file *file)
{
	struct session *s = file->private_data;

	mutex_lock(&s->lock);
	kref_put(&s->card->refs, card_free);
	s->card = NULL;
	mutex_unlock(&s->lock);
	kfree(s);
	return 0;
}

static const struct file_operations session_fops = { .release = session_release };

static void card_remove(struct platform_device *pdev)
{
	struct card *c = platform_get_drvdata(pdev);

	kref_put(&c->refs, card_free);
}

static struct platform_driver card_driver = { .remove = card_remove, .driver = { .name = "card" } };
module_platform_driver(card_driver);
