import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { prose } from '../../../client/html.js';

describe('a sentence of a page', () => {
  it('shows calls and names of locks as code', () => {
    assert.equal(
      prose('calls device_wake() through f(), holding queue.lock.', ['lock', 'queue.lock']),
      'calls <code>device_wake()</code> through <code>f()</code>, holding <code>queue.lock</code>.',
    );
  });

  it('leaves parts of expressions and of longer names alone', () => {
    assert.equal(prose('p->run() < q.lock_count', ['q.lock', 'q']), 'p-&gt;run() &lt; q.lock_count');
  });
});
