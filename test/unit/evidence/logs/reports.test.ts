import assert from 'node:assert/strict';
import { kinds, locks, parse, sample, SAMPLES } from '../samples.js';

describe('reports in captured logs', () => {
  for (const [name, expected] of Object.entries(SAMPLES)) {
    it(`${name}: ${expected.join(', ')}`, () => {
      const evidence = parse(sample(name));
      assert.deepEqual(kinds(evidence), expected);
      assert.ok(evidence.events.every((event) => !event.isCut));
      assert.equal(evidence.validator[0]?.says, 'present');
    });
  }

  it('of a circle have the locks, the place of each acquisition, and the order', () => {
    const evidence = parse(sample('drop_relock'));
    const [event] = evidence.events;
    assert.deepEqual(event?.task, { name: 'insmod', pid: 44 });
    assert.deepEqual(
      locks(evidence).map((lock) => lock.split(' ').slice(0, 5).join(' ')),
      [
        'acquiring inode_mutex super_flush',
        'held super_mutex super_flush',
        'chain super_mutex __mutex_lock mutex_lock_nested super_sync',
        'chain inode_mutex __lock_acquire lock_acquire __mutex_lock',
      ].map((lock) => lock.split(' ').slice(0, 5).join(' ')),
    );
    assert.deepEqual(
      event?.dependencies.map(({ from, to }) => `${from} -> ${to}`),
      ['inode_mutex -> super_mutex', 'super_mutex -> inode_mutex'],
    );
  });

  it('of a circle of three keep its direction', () => {
    const [event] = parse(sample('set_subclass')).events;
    assert.deepEqual(
      event?.dependencies.map(({ from, to }) => `${from} -> ${to}`),
      ['&t->lock#3 -> &t->lock/1', '&t->lock/1 -> &t->lock#2/2', '&t->lock#2/2 -> &t->lock#3'],
    );
  });

  it('also name the holders of locks outside of reports', () => {
    const { held, tasks } = parse(sample('hung_completion'));
    const server = held.find((list) => list.task.name === 'rpc_server');
    assert.deepEqual(
      server?.locks.map(({ name }) => name),
      ['rpc_mutex'],
    );
    assert.ok(tasks.some(({ task, state }) => task.pid === 45 && state === 'D'));
  });
});
