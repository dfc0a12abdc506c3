// a mistake: missing-unlock
// An entry that is busy stays locked: `continue` leaves the section.
struct entry { struct entry *next; spinlock_t lock; int busy, age; };

void age_entries(struct entry *first)
{
	struct entry *entry;

	for (entry = first; entry; entry = entry->next) {
		spin_lock(&entry->lock);
		if (entry->busy)
			continue;
		entry->age++;
		spin_unlock(&entry->lock);
	}
}
