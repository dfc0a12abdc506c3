import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { EXPLAIN, type DiagnosticData, type ExplainResult } from '../../../protocol/methods.js';
import { Server } from '../support/server.js';
import { TWO } from '../support/texts.js';

/** The second lock is taken in a block of its own: a kind of fix that is not proven. */
const NESTED = TWO.replace(
  'down(&first_sem);\n\ttotal--;\n\tup(&first_sem);\n\tup(&second_sem);',
  'if (total > 0) {\n\t\tdown(&first_sem);\n\t\ttotal--;\n\t\tup(&first_sem);\n\t}\n\tup(&second_sem);',
);

describe('the page of a finding', () => {
  let server: Server;
  before(async () => {
    // The kinds of fixes that are offered as edits are those of somebody who has set nothing.
    server = new Server({ Kbuild: 'obj-m += two.o\n', 'two.c': NESTED, 'lockorder.json': '{}\n' });
    await server.initialize({ index: 'open' });
  });
  after(() => server.stop());

  it('shows a repair that is no edit as a suggestion, with its diff and the reason', async () => {
    const [found] = await server.open('two.c', NESTED);
    assert.ok(found);
    const { id } = found.data as DiagnosticData;
    await server.settled('two.c');
    const explained: ExplainResult | null = await server.connection.sendRequest(EXPLAIN, {
      uri: server.uri('two.c'),
      id,
    });
    const { fixes, suggestions = [], refusals } = explained?.page ?? {};
    assert.deepEqual(fixes, []);
    const [suggestion, ...others] = suggestions;
    assert.ok(suggestion, JSON.stringify(refusals));
    assert.deepEqual(others, []);
    assert.match(suggestion.title, /^Take first_sem before second_sem/);
    assert.match(suggestion.reason, /an edit needs/);
    assert.match(suggestion.patch ?? '', /^-\t\tdown\(&first_sem\);$/m);
    await server.close('two.c');
  });

  it('can be asked for by its place in a document that was just opened', async () => {
    await server.show('two.c', NESTED);
    const line =
      NESTED.slice(0, NESTED.indexOf('down(&first_sem);', NESTED.indexOf('backwards'))).split('\n').length -
      1;
    const explained: ExplainResult | null = await server.connection.sendRequest(EXPLAIN, {
      uri: server.uri('two.c'),
      position: { line, character: 2 },
    });
    assert.equal(explained?.title, 'lock-order-cycle in backwards');
    await server.close('two.c');
  });
});
