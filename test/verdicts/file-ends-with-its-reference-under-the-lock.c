// a mistake: held-freed
struct scale { struct mutex lock; struct kref refs; bool gone; struct usb_device *udev; };

static void scale_free(struct kref *refs)
{
	struct scale *s = container_of(refs, struct scale, refs);

	usb_put_dev(s->udev);
	kfree(s);
}

static int scale_release(struct inode *inode, struct file *file)
{
	struct scale *s = file->private_data;

	mutex_lock(&s->lock);
	s->gone = true;
	kref_put(&s->refs, scale_free);
	mutex_unlock(&s->lock);
	return 0;
}

static const struct file_operations scale_fops = { .release = scale_release };

static void scale_disconnect(struct usb_interface *intf)
{
	struct scale *s = usb_get_intfdata(intf);

	usb_deregister_dev(intf, &scale_class);
	kref_put(&s->refs, scale_free);
}

static struct usb_driver scale_driver = { .name = "scale", .disconnect = scale_disconnect };
module_usb_driver(scale_driver);
