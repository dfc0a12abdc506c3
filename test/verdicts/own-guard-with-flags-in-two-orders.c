// a mistake: lock-order-cycle
//- deck.h
struct deck { spinlock_t lock; int cards; };
DEFINE_LOCK_GUARD_1(deck, struct deck,
		    spin_lock_irqsave(&_T->lock->lock, _T->flags),
		    spin_unlock_irqrestore(&_T->lock->lock, _T->flags),
		    unsigned long flags)
//- table.c
#include "deck.h"
static DEFINE_SPINLOCK(table_lock);
static int table_cards;
void table_deal(struct deck *d)
{
	guard(deck)(d);
	spin_lock(&table_lock);
	table_cards += d->cards;
	d->cards = 0;
	spin_unlock(&table_lock);
}
EXPORT_SYMBOL(table_deal);
void table_clear(struct deck *d)
{
	unsigned long flags;

	spin_lock_irqsave(&table_lock, flags);
	scoped_guard(deck, d)
		d->cards += table_cards;
	table_cards = 0;
	spin_unlock_irqrestore(&table_lock, flags);
}
EXPORT_SYMBOL(table_clear);
