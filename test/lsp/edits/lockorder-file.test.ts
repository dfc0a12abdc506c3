import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import {
  CompletionRequest,
  DefinitionRequest,
  type CompletionList,
  type Location,
} from 'vscode-languageserver/node';
import type { Server } from '../support/server.js';
import { sharedServer } from '../support/shared.js';
import { TWO } from '../support/texts.js';

const ORDER = '# outermost first\ntwo.c:first_sem < second_sem\nsecond < \nno_such_lock < first_sem\na > b\n';

describe('.lockorder files in an editor', () => {
  // Other tests share the server: an order that stays declared changes what they see.
  const shared = sharedServer(async (own) => {
    await own.close('.lockorder');
    await own.close('two.c');
  });
  let server: Server;

  before(async () => {
    server = shared();
    await server.open('two.c', TWO);
    await server.open('.lockorder', ORDER);
  });

  const at = (line: number, character: number): object => ({
    textDocument: { uri: server.uri('.lockorder') },
    position: { line, character },
  });
  const complete = async (line: number, character: number): Promise<CompletionList | null> =>
    server.connection.sendRequest(CompletionRequest.method, at(line, character));
  const define = async (line: number, character: number): Promise<Location[] | null> =>
    server.connection.sendRequest(DefinitionRequest.method, at(line, character));

  it('complete lock classes in place of what is typed', async () => {
    const list = await complete(2, 4);
    const item = list?.items.find(({ label }) => label.endsWith('second_sem'));
    assert.equal(item?.detail, 'semaphore');
    assert.deepEqual(item?.textEdit, {
      range: { start: { line: 2, character: 0 }, end: { line: 2, character: 6 } },
      newText: item?.label,
    });
    assert.ok(!list?.items.some(({ label }) => label.endsWith('first_sem')));
    assert.ok(((await complete(2, 9))?.items.length ?? 0) >= 2);
  });

  it('offer nothing in comments and in C', async () => {
    assert.equal(await complete(0, 5), null);
    const inC = { textDocument: { uri: server.uri('two.c') }, position: { line: 9, character: 3 } };
    assert.equal(await server.connection.sendRequest(CompletionRequest.method, inC), null);
    assert.equal(await server.connection.sendRequest(DefinitionRequest.method, inC), null);
  });

  it('link to the declaration of a lock', async () => {
    const [found] = (await define(1, 20)) ?? [];
    assert.equal(found?.uri, server.uri('two.c'));
    const line = TWO.split('\n').findIndex((text) => text.includes('DEFINE_SEMAPHORE(second_sem)'));
    assert.equal(found?.range.start.line, line);
    assert.deepEqual(await define(3, 2), []);
  });

  it('report invalid lines and names that match nothing', async () => {
    const shown = await server.diagnostics(
      '.lockorder',
      0,
      (all) => all.filter(({ code }) => code === undefined).length >= 3,
    );
    const texts = shown
      .filter(({ code }) => code === undefined)
      .map(({ range, message }) => `${range.start.line} ${JSON.stringify(message)}`)
      .sort();
    assert.match(texts[0] ?? '', /^2 "no lock behind '<'/);
    assert.match(texts[1] ?? '', /^3 "no lock named no_such_lock/);
    assert.match(texts[2] ?? '', /^4 "'a > b': only '<'/);
  });
});
