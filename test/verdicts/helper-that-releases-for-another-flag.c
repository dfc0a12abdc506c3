// a mistake: missing-unlock
//- ledger.h
struct ledger { struct mutex lock; int head; int synced; };
#define LEDGER_OWN 1
#define LEDGER_SYNC 2
void ledger_begin(struct ledger *l, unsigned int how);
void ledger_end(struct ledger *l, unsigned int how);

//- ledger.c
#include "ledger.h"

void ledger_begin(struct ledger *l, unsigned int how)
{
	if (how & LEDGER_OWN)
		mutex_lock(&l->lock);
}

void ledger_end(struct ledger *l, unsigned int how)
{
	if (how & LEDGER_SYNC) {
		l->synced = l->head;
		mutex_unlock(&l->lock);
	}
}

//- user.c
#include "ledger.h"

void ledger_write(struct ledger *l)
{
	ledger_begin(l, LEDGER_OWN | LEDGER_SYNC);
	l->head++;
	ledger_end(l, LEDGER_OWN | LEDGER_SYNC);
}

void ledger_mark(struct ledger *l)
{
	ledger_begin(l, LEDGER_OWN);
	l->head += 2;
	ledger_end(l, LEDGER_OWN);
}
