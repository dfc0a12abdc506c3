// correct
// Another inode: the parent's.
static void mark_touch(struct inode *inode, int n)
{
	spin_lock(&inode->i_lock);
	inode->i_flags |= n;
	spin_unlock(&inode->i_lock);
}
void mark_set(struct dentry *dentry, struct inode *dir, int n)
{
	spin_lock(&dir->i_lock);
	mark_touch(d_inode(dentry), n);
	spin_unlock(&dir->i_lock);
}
EXPORT_SYMBOL(mark_set);
