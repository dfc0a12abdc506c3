// a mistake: missing-unlock
// The round that gets the lock and finds no work keeps it.
struct slot { struct mutex lock; int work; };
struct unit { struct slot slots[8]; };
int slot_run(struct slot *slot);

int unit_poll(struct unit *unit)
{
	int done = 0;
	int i;

	for (i = 0; i < 8; i++) {
		struct slot *slot = &unit->slots[i];

		if (!mutex_trylock(&slot->lock))
			continue;
		if (!slot->work)
			continue;
		if (slot_run(slot) == 0)
			done++;
		mutex_unlock(&slot->lock);
	}
	return done;
}
