// correct
struct m { spinlock_t a, b; int n; };
void hand_over(struct m *m)
{
	unsigned long f1, f2;
	spin_lock_irqsave(&m->a, f1);
	spin_lock_irqsave(&m->b, f2);
	m->n++;
	spin_unlock_irqrestore(&m->a, f2);
	m->n++;
	spin_unlock_irqrestore(&m->b, f1);
}
void nested(struct m *m)
{
	unsigned long f1, f2;
	spin_lock_irqsave(&m->a, f1);
	spin_lock_irqsave(&m->b, f2);
	m->n++;
	spin_unlock_irqrestore(&m->b, f2);
	spin_unlock_irqrestore(&m->a, f1);
}
