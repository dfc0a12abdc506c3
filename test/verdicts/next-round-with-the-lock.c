// a mistake: self-deadlock
struct tray { struct mutex lock; int cups, cup[8]; };
void tray_wash(struct tray *t)
{
	int i;

	for (i = 0; i < t->cups; i++) {
		mutex_lock(&t->lock);
		if (t->cup[i] == 0)
			continue;
		t->cup[i] = 0;
		mutex_unlock(&t->lock);
	}
}
EXPORT_SYMBOL(tray_wash);
