import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { GRAPH, type GraphParams, type GraphResult } from '../../../protocol/methods.js';
import type { Server } from '../support/server.js';
import { sharedServer } from '../support/shared.js';
import { TWO } from '../support/texts.js';

describe('the graph request', () => {
  const shared = sharedServer();
  let server: Server;

  before(() => {
    server = shared();
  });

  const ask = (params: GraphParams): Promise<GraphResult | null> =>
    server.connection.sendRequest(GRAPH, params);

  it('returns the neighbourhood of the lock at a position, with the reported cycles', async () => {
    await server.open('two.c', TWO);
    const { start } = server.range('two.c', 'second_sem);\n\tdown');
    const result = await ask({ uri: server.uri('two.c'), position: start });
    assert.ok(result);
    assert.match(result.title, /second_sem$/);
    assert.equal(result.centre, result.title);
    assert.equal(result.data.classes.length, 2);
    assert.deepEqual(
      result.data.edges.map(({ witnesses }) => witnesses.length).sort((a, b) => a - b),
      [1, 2],
    );
    assert.equal(result.cycles.length, 1);
    assert.equal(`${result.folder}/${result.data.edges[0]?.witnesses[0]?.file}`, server.uri('two.c'));
    await server.close('two.c');
  });

  it('falls back to the locks of the file, and finds a class by id', async () => {
    await server.open('two.c', TWO);
    const uri = server.uri('two.c');
    const all = await ask({ uri, position: { line: 0, character: 0 } });
    assert.match(all?.title ?? '', /two\.c$/);
    assert.equal(all?.centre, undefined);
    const id = all?.data.classes[0]?.id ?? '';
    const around = await ask({ uri, around: id, depth: 0 });
    assert.deepEqual(
      around?.data.classes.map((each) => each.id),
      [id],
    );
    assert.deepEqual((await ask({ uri, around: 'no such lock' }))?.data.classes, []);
    await server.close('two.c');
  });

  it('returns nothing for documents that are not open', async () => {
    assert.equal(await ask({ uri: 'file:///nowhere.c' }), null);
  });
});
