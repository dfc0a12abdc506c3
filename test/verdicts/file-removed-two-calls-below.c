// a mistake: wait-deadlock
struct d { struct mutex l; struct dentry *root; int v; };
static int v_show(struct seq_file *m, void *p) { struct d *d = m->private; mutex_lock(&d->l); seq_printf(m, "%d", d->v); mutex_unlock(&d->l); return 0; }
DEFINE_SHOW_ATTRIBUTE(v);
void d_add(struct d *d) { d->root = debugfs_create_dir("d", NULL); debugfs_create_file("v", 0400, d->root, d, &v_fops); }
static void d_clean(struct d *d) { debugfs_remove_recursive(d->root); }
static void d_reset(struct d *d) { d_clean(d); d_add(d); }
void d_reload(struct d *d) { mutex_lock(&d->l); d_reset(d); mutex_unlock(&d->l); }

