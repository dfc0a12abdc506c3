import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { diagnosticsFor, editFor } from '../../server/conformance.js';
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
    write: (bytes: string) => void,
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
    (bytes) => void server.stdin.write(bytes),
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

  it('ends with one line where messages cannot be told apart', async () => {
    const heads = [
      'Content-Length: abc\r\n\r\n{}',
      'X: 1\r\n\r\n{}',
      '\0\u00ff garbage\r\n\r\n more',
      '\n\n{}\r\n\r\n',
    ];
    for (const head of heads) {
      const server = spawn(process.execPath, [join(ROOT, 'dist', 'server.cjs'), '--stdio'], {
        stdio: 'pipe',
      });
      let said = '';
      server.stderr.on('data', (text: Buffer) => (said += text.toString()));
      server.stdin.on('error', () => undefined);
      server.stdin.write(Buffer.from(head, 'latin1'));
      const [code] = (await once(server, 'close')) as [number];
      assert.equal(code, 1, head);
      assert.match(said, /^lockorder: what the client sends cannot be read: [^\n]*\n$/, head);
    }
  });

  it('goes on after a message that is none, and with versions and places that make no sense', () =>
    talking(async (ask, say, write) => {
      write('Content-Length: 5\r\n\r\n{"a":');
      for (const text of ['[]', '3', 'null', '{"id":{}}'])
        write(`Content-Length: ${text.length}\r\n\r\n${text}`);
      const { error } = await ask('initialize', { processId: null, rootUri: null, capabilities: {} });
      assert.equal(error, undefined);
      say('initialized', {});
      const uri = 'untitled:a.c';
      say('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version: 5, text: 'int a;\n' } });
      const change = (version: number, ...contentChanges: object[]): void =>
        say('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
      change(3, { text: 'void f(void) { }\n' });
      const range = { start: { line: 99, character: 0 }, end: { line: 98, character: -4 } };
      change(7, { range, text: 'int q;\n' });
      const position = { line: -1, character: 1_000_000_000 };
      await ask('textDocument/hover', { textDocument: { uri }, position });
      assert.equal((await ask('shutdown')).error, undefined);
    }));

  it('tells related places only to clients that know them', () => {
    const message = 'x';
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
    const relatedInformation = [{ location: { uri: 'file:///b.c', range }, message }];
    const params = { uri: 'file:///a.c', diagnostics: [{ range, message, relatedInformation }] };
    assert.deepEqual(diagnosticsFor(params, {}).diagnostics, [{ range, message }]);
    const knowing = { textDocument: { publishDiagnostics: { relatedInformation: true } } };
    assert.equal(diagnosticsFor(params, knowing), params);
  });

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
