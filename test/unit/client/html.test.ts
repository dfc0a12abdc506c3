import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { headHtml, prose, scriptHtml } from '../../../client/pages/html.js';

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

describe('a page', () => {
  it('holds its style and its script, which no word in them ends early', () => {
    const parts = { style: 'b { color: red }', script: 'say("</script><!--")' };
    const html = `${headHtml(parts, 'n0', 'A & B')}${scriptHtml(parts, 'n0')}`;
    assert.match(html, /style-src 'nonce-n0'; script-src 'nonce-n0'/);
    assert.match(html, /<style nonce="n0">b \{ color: red \}<\/style>/);
    assert.match(html, /<title>A &amp; B<\/title>/);
    assert.equal(html.match(/<\/script>/g)?.length, 1);
    assert.ok(html.includes('say("\\x3c/script>\\x3c!--")'));
  });
});
