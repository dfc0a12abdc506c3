import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
} from 'vscode-languageserver/node';
import { isOwn } from './server.js';
import { sharedServer } from './shared.js';
import { TWO } from './texts.js';

describe('a document that was never saved', () => {
  const server = sharedServer();

  it('is analysed alone', async () => {
    const uri = 'untitled:Untitled-1';
    const { connection } = server();
    await connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: 'c', version: 1, text: TWO },
    });
    const published = await server().diagnosticsOf(uri, (now) => now.length > 0);
    const [found, ...others] = published.filter(isOwn);
    assert.deepEqual(others, []);
    assert.equal(found?.code, 'lock-order-cycle');
    assert.ok((found.relatedInformation ?? []).every(({ location }) => location.uri === uri));
    await connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
    await server().diagnosticsOf(uri, (now) => now.length === 0);
  });
});
