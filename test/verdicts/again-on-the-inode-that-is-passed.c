// a mistake: self-deadlock
// Many unrelated objects have such a lock, but this one is passed on.
static void tag_touch(struct inode *inode, int n)
{
	spin_lock(&inode->i_lock);
	inode->i_flags |= n;
	spin_unlock(&inode->i_lock);
}
void tag_set(struct inode *dir, int n)
{
	spin_lock(&dir->i_lock);
	dir->i_state |= n;
	tag_touch(dir, n);
	spin_unlock(&dir->i_lock);
}
EXPORT_SYMBOL(tag_set);
