import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { WHY, type WhyParams, type WhyResult } from '../../../protocol/methods.js';
import type { Server } from '../support/server.js';
import { sharedServer } from '../support/shared.js';
import { TWO } from '../support/texts.js';

describe('the why request', () => {
  const shared = sharedServer();
  let server: Server;

  before(() => {
    server = shared();
  });

  const ask = (params: WhyParams): Promise<WhyResult | null> => server.connection.sendRequest(WHY, params);

  it('returns the orders of two locks, and reports a name that matches none', async () => {
    await server.open('two.c', TWO);
    const uri = server.uri('two.c');
    const told = await ask({ uri, locks: ['first_sem', 'second_sem'] });
    assert.match(
      told?.text ?? '',
      /^\S*first_sem and \S*second_sem\s+are taken in both orders, and the\s+two sides can coincide/,
    );
    assert.match(told?.text ?? '', /Assumptions/);
    const unknown = await ask({ uri, locks: ['first_sem', 'third_sem'] });
    assert.equal(unknown?.text, 'third_sem: no lock has this name, or several have it.\n');
    await server.close('two.c');
  });

  it('returns nothing for documents that are not open', async () => {
    assert.equal(await ask({ uri: 'file:///nowhere.c', locks: ['a', 'b'] }), null);
  });
});
