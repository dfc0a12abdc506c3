import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { editFor } from '../../server/conformance.js';
import { ROOT } from '../support/root.js';

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}

/** A server that is talked to in bytes, by whoever does not keep to the protocol. */
async function talking(
  use: (
    ask: (method: string, params?: unknown) => Promise<Answer>,
    say: (method: string, params?: unknown) => void,
  ) => Promise<void>,
): Promise<void> {
  const server = spawn(process.execPath, [join(ROOT, 'dist', 'server.cjs'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  let buffer = Buffer.alloc(0);
  server.stdout.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const head = /^Content-Length: \d+\r\n\r\n/.exec(buffer.toString('latin1'))?.[0];
      const length = Number(/Content-Length: (\d+)/.exec(head ?? '')?.[1]);
      if (head === undefined || buffer.length < head.length + length) return;
      const answer = JSON.parse(buffer.toString('utf8', head.length, head.length + length)) as Answer;
      buffer = buffer.subarray(head.length + length);
      if (answer.id !== undefined && !('method' in answer)) waiting.get(answer.id)?.(answer);
    }
  });
  const write = (content: object): void => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...content });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  let id = 0;
  const ended = once(server, 'exit');
  await use(
    (method, params) =>
      new Promise((resolve) => {
        id += 1;
        waiting.set(id, resolve);
        write({ id, method, params });
      }),
    (method, params) => write({ method, params }),
  );
  write({ method: 'exit' });
  await ended;
}

describe('the protocol', function () {
  this.timeout(120_000);

  it('is kept to with a client that does not', () =>
    talking(async (ask, say) => {
      const code = async (method: string, params?: unknown): Promise<number | undefined> =>
        (await ask(method, params)).error?.code;
      assert.equal(await code('textDocument/hover', {}), -32002);
      assert.equal(await code('shutdown'), -32002);
      say('textDocument/didOpen', {});
      assert.equal(await code('initialize', {}), -32602);
      assert.equal(await code('initialize', { processId: null, rootUri: null, capabilities: {} }), undefined);
      say('initialized', {});
      assert.equal(await code('initialize', { processId: null, rootUri: null, capabilities: {} }), -32600);
      const textDocument = { uri: 'untitled:x' };
      const missing: readonly (readonly [method: string, params: unknown])[] = [
        ['textDocument/hover', undefined],
        ['textDocument/hover', { textDocument }],
        ['textDocument/hover', { position: { line: 0, character: 0 } }],
        ['textDocument/codeAction', { textDocument, range: {} }],
        ['textDocument/codeLens', { textDocument: {} }],
        ['textDocument/inlayHint', { textDocument }],
      ];
      for (const [method, params] of missing) assert.equal(await code(method, params), -32602, method);
      for (const params of [
        undefined,
        {},
        { textDocument },
        { textDocument: { ...textDocument, version: 'x' }, contentChanges: 1 },
      ]) {
        say('textDocument/didOpen', params);
        say('textDocument/didChange', params);
        say('textDocument/didClose', params);
      }
      assert.equal(await code('no/such/method', {}), -32601);
      assert.equal(
        await code('textDocument/hover', { textDocument, position: { line: 0, character: 0 } }),
        undefined,
      );
      assert.equal(await code('shutdown'), undefined);
      assert.equal(await code('shutdown'), -32600);
      assert.equal(await code('textDocument/hover', {}), -32600);
    }));

  it('gives edits in the form that the client understands', () => {
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } };
    const uri = 'file:///a.c';
    const change = {
      textDocument: { uri, version: 3 },
      edits: [
        { range, newText: '', annotationId: 'ask' },
        { range, newText: 'x', annotationId: 'ask' },
      ],
    };
    const create = { kind: 'create' as const, uri };
    const annotated = { documentChanges: [change], changeAnnotations: { ask: { label: 'x' } } };
    const knowing = (workspaceEdit: object): object => ({ workspace: { workspaceEdit } });
    assert.deepEqual(editFor(annotated, {}), { changes: { [uri]: [{ range, newText: 'x' }] } });
    assert.deepEqual(editFor(annotated, knowing({ documentChanges: true })), {
      documentChanges: [{ textDocument: { uri, version: 3 }, edits: [{ range, newText: 'x' }] }],
    });
    const all = { documentChanges: true, changeAnnotationSupport: {}, resourceOperations: ['create'] };
    assert.equal(editFor(annotated, knowing(all)), annotated);
    assert.equal(
      editFor({ documentChanges: [create, change] }, knowing({ documentChanges: true })),
      undefined,
    );
    assert.ok(editFor({ documentChanges: [create, change] }, knowing(all)));
  });
});
