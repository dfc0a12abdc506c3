import assert from 'node:assert/strict';
import { fixesIn } from './support.js';

/** Two interrupts that are freed at the end of the section that their handlers want. */
function link(end: string): string {
  const handler = (name: string): string => `
static irqreturn_t link_${name}(int irq, void *data)
{
	struct link *l = data;

	spin_lock(&l->lock);
	l->up++;
	spin_unlock(&l->lock);
	return IRQ_HANDLED;
}
`;
  return `
struct link { spinlock_t lock; int rx_irq; int tx_irq; int up; };
${handler('rx')}${handler('tx')}
int link_open(struct link *l)
{
	int err = request_irq(l->rx_irq, link_rx, 0, "rx", l);

	return err ? err : request_irq(l->tx_irq, link_tx, 0, "tx", l);
}

void link_close(struct link *l)
{
	spin_lock_irq(&l->lock);
	l->up = 0;
${end}	spin_unlock_irq(&l->lock);
}
`;
}

describe('waits at the end of a section', () => {
  it('move together if each is reported, whichever finding is repaired', async () => {
    const text = link('\tfree_irq(l->tx_irq, l);\n\tfree_irq(l->rx_irq, l);\n');
    const found = await fixesIn({ 'a.c': text }, 'wait-deadlock');
    const edits = found.map(({ fixes }) => fixes.map((fix) => fix.edits));
    assert.equal(edits.length, 2);
    assert.equal(edits[0]?.length, 1);
    assert.deepEqual(edits[1], edits[0]);
  });

  it('leave a wait in front that nobody reports where it is', async () => {
    const text = link('\tcancel_work_sync(&l->other);\n\tfree_irq(l->rx_irq, l);\n');
    const [found] = await fixesIn({ 'a.c': text }, 'wait-deadlock');
    const texts = found?.fixes.flatMap(({ edits }) => edits.map((edit) => edit.newText)) ?? [];
    assert.equal(texts.length > 0, true);
    assert.equal(texts.join('').includes('cancel_work_sync'), false);
  });
});
