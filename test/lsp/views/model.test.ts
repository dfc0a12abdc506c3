import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { MODEL, type ModelParams, type ModelResult } from '../../../protocol/methods.js';
import type { Server } from '../support/server.js';
import { sharedServer } from '../support/shared.js';

describe('the model request', () => {
  const shared = sharedServer();
  let server: Server;

  before(() => {
    server = shared();
  });

  const ask = (params: ModelParams): Promise<ModelResult> => server.connection.sendRequest(MODEL, params);

  it('prints the records of a name', async () => {
    const uri = server.uri('two.c');
    const { text } = await ask({ uri, name: 'mutex_trylock' });
    assert.match(text, /^mutex_trylock: function or macro\n {2}try: kind mutex/);
  });

  it('lists similar names for a name without a record', async () => {
    const { text } = await ask({ uri: server.uri('two.c'), name: 'mutex_tryloc' });
    assert.match(text, /^no model of 'mutex_tryloc'.*there are models of mutex_trylock/);
  });
});
