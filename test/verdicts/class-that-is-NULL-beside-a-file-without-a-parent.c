// correct
#include <linux/device.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

static DEFINE_MUTEX(panels_lock);
static struct class *panel_class;

static void *panel_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&panels_lock);
	return *pos < 1 ? pos : NULL;
}

static void *panel_next(struct seq_file *m, void *v, loff_t *pos)
{
	(*pos)++;
	return NULL;
}

static void panel_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&panels_lock);
}

static int panel_show(struct seq_file *m, void *v)
{
	return 0;
}

static const struct seq_operations panel_ops = {
	.start = panel_start,
	.next = panel_next,
	.stop = panel_stop,
	.show = panel_show,
};

void panel_remove(int minor)
{
	mutex_lock(&panels_lock);
	device_destroy(panel_class, MKDEV(29, minor));
	mutex_unlock(&panels_lock);
}

static int __init panel_init(void)
{
	if (!proc_create_seq("panels", 0, NULL, &panel_ops))
		return -ENOMEM;
	panel_class = class_create("panel");
	if (IS_ERR(panel_class)) {
		panel_class = NULL;
		remove_proc_entry("panels", NULL);
		return -ENODEV;
	}
	return 0;
}
module_init(panel_init);
