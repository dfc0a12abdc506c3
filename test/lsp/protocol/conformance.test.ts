import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { framed } from '../../../server/framing.js';
import { diagnosticsFor, editFor } from '../../../server/conformance.js';
import { ROOT } from '../../support/root.js';

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}

interface Report {
  readonly kind: string;
  readonly resultId: string;
  readonly items?: readonly unknown[];
}

/** One finding, in the second call. */
const TWICE =
  '#include <linux/mutex.h>\nstatic DEFINE_MUTEX(a);\nvoid f(void)\n{ mutex_lock(&a); mutex_lock(&a); mutex_unlock(&a); }\n';

/** No client that keeps to the protocol sends any of these. */
const UNREADABLE = [
  'Content-Length: abc\r\n\r\n{}',
  'X: 1\r\n\r\n{}',
  '\0\u00ff garbage\r\n\r\n more',
  '\n\n{}\r\n\r\n',
  'Content-Length: -5\r\n\r\n{}',
  'Content-Length: -1\r\n\r\n{}',
  'Content-Length: 99999999999999\r\n\r\n{}',
  'Content-Length: 1e3\r\n\r\n{}',
  'Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}',
  `X: ${'y'.repeat(100_000)}`,
] as const;

/** A server that is talked to in bytes, by whoever does not keep to the protocol. */
async function talking(
  use: (
    ask: (method: string, params?: unknown) => Promise<Answer>,
    say: (method: string, params?: unknown) => void,
    write: (bytes: string) => void,
    /** The next message of the server that satisfies the test, or an earlier one that nobody has waited for. */
    heard: (isWanted: (message: Answer) => boolean) => Promise<Answer>,
  ) => Promise<void>,
): Promise<void> {
  const server = spawn(process.execPath, [join(ROOT, 'dist', 'server.cjs'), '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  const messages: Answer[] = [];
  const listening = new Set<() => void>();
  let buffer = Buffer.alloc(0);
  server.stdout.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const head = /^Content-Length: \d+\r\n\r\n/.exec(buffer.toString('latin1'))?.[0];
      const length = Number(/Content-Length: (\d+)/.exec(head ?? '')?.[1]);
      if (head === undefined || buffer.length < head.length + length) return;
      const answer = JSON.parse(buffer.toString('utf8', head.length, head.length + length)) as Answer;
      buffer = buffer.subarray(head.length + length);
      if (answer.method === undefined) waiting.get(answer.id ?? 0)?.(answer);
      else {
        messages.push(answer);
        if (answer.id !== undefined) write({ id: answer.id, result: null });
        for (const look of listening) look();
      }
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
    (isWanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          const at = messages.findIndex(isWanted);
          const [found] = at < 0 ? [] : messages.splice(at, 1);
          if (!found) return;
          listening.delete(look);
          resolve(found);
        };
        listening.add(look);
        look();
      }),
  );
  write({ method: 'exit' });
  await ended;
}

describe('the protocol', () => {
  it('is respected with a client that violates it', () =>
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

  it('rejects bytes that are no messages, however they arrive', () => {
    for (const head of UNREADABLE) {
      for (const size of [head.length, 7]) {
        const problems: string[] = [];
        const stream = framed((why) => problems.push(why));
        for (let at = 0; at < head.length; at += size)
          stream.write(Buffer.from(head.slice(at, at + size), 'latin1'));
        assert.equal(problems.length, 1, head);
      }
    }
  });

  it('ends with one line if messages cannot be separated', async () => {
    for (const head of [UNREADABLE.at(0), UNREADABLE.at(-1)]) {
      assert.ok(head !== undefined);
      const server = spawn(process.execPath, [join(ROOT, 'dist', 'server.cjs'), '--stdio'], {
        stdio: 'pipe',
      });
      let said = '';
      server.stderr.on('data', (text: Buffer) => (said += text.toString()));
      server.stdin.on('error', () => undefined);
      server.stdin.write(Buffer.from(head, 'latin1'));
      const [code] = (await once(server, 'close')) as [number];
      assert.equal(code, 1, head);
      assert.match(said, /^lockorder: the client's message cannot be read: [^\n]*\n$/, head);
    }
  });

  it('continues after an invalid message, and with impossible versions and places', () =>
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

  it('rejects requests without required parameters, and ignores such notifications', () =>
    talking(async (ask, say, _write, heard) => {
      await ask('initialize', { processId: null, rootUri: null, capabilities: {} });
      say('initialized', {});
      const uri = 'untitled:a.c';
      const position = { line: 0, character: 0 };
      const refused: readonly (readonly [method: string, params: unknown])[] = [
        ['textDocument/documentHighlight', { textDocument: { uri: 3 }, position }],
        ['textDocument/hover', [{ uri }, position]],
        ['textDocument/hover', { textDocument: { uri }, position: { line: 'x', character: 0 } }],
        [
          'textDocument/codeAction',
          { textDocument: { uri }, range: { start: position, end: position }, context: {} },
        ],
        ['lockOrder/explain', {}],
        ['lockOrder/graph', { uri, depth: 'x' }],
        ['lockOrder/why', { uri, locks: ['a'] }],
        ['lockOrder/model', { uri }],
        ['lockOrder/fixes', { uri }],
        ['lockOrder/suppress', { uri, id: 'f00d', where: 'nowhere', reason: 'x' }],
        ['lockOrder/counterparts', { uri }],
        ['lockOrder/reaches', undefined],
        ['lockOrder/importEvidence', { uris: uri }],
        ['lockOrder/scanWorkspace', [3]],
      ];
      for (const [method, params] of refused)
        assert.equal((await ask(method, params)).error?.code, -32602, `${method} ${JSON.stringify(params)}`);
      for (const method of [
        'textDocument/didOpen',
        'textDocument/didSave',
        'workspace/didChangeWatchedFiles',
        'workspace/didChangeWorkspaceFolders',
        'lockOrder/pause',
      ]) {
        say(method, { changes: 3, event: null });
        await heard(
          (each) =>
            each.method === 'window/logMessage' &&
            JSON.stringify(each.params).includes(`${method} is ignored`),
        );
      }
      assert.equal((await ask('shutdown')).error, undefined);
    }));

  it('accepts versions that go backwards', () =>
    talking(async (ask, say, _write, heard) => {
      await ask('initialize', { processId: null, rootUri: null, capabilities: {} });
      say('initialized', {});
      const uri = 'file:///nowhere/a.c';
      const published = async (version: number): Promise<number> => {
        const { params } = await heard(
          (each) =>
            each.method === 'textDocument/publishDiagnostics' &&
            (each.params as { version?: number }).version === version,
        );
        return (params as { diagnostics: unknown[] }).diagnostics.length;
      };
      const change = (version: number, text: string): void =>
        say('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] });
      say('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version: 5, text: TWICE } });
      assert.equal(await published(5), 1);
      change(3, 'int a;\n');
      assert.equal(await published(3), 0);
      change(3, TWICE);
      assert.equal(await published(3), 1);
    }));

  it('sends markdown only to a client that names it, in the order of its preference', async () => {
    const kinds: readonly (readonly [formats: readonly string[] | undefined, kind: string])[] = [
      [['markdown', 'plaintext'], 'markdown'],
      [['plaintext', 'markdown'], 'plaintext'],
      [['plaintext'], 'plaintext'],
      [[], 'plaintext'],
      [undefined, 'plaintext'],
    ];
    for (const [contentFormat, kind] of kinds) {
      await talking(async (ask, say) => {
        const hover = contentFormat ? { contentFormat } : {};
        await ask('initialize', {
          processId: null,
          rootUri: null,
          capabilities: { textDocument: { hover } },
        });
        say('initialized', {});
        const uri = 'file:///nowhere/a.c';
        say('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version: 1, text: TWICE } });
        const position = { line: 3, character: 14 };
        const { result } = await ask('textDocument/hover', { textDocument: { uri }, position });
        const { contents } = result as { contents: { kind: string; value: string } };
        assert.equal(contents.kind, kind, String(contentFormat));
        assert.equal(/[*`]/.test(contents.value), kind === 'markdown', contents.value);
      });
    }
  });

  it('answers pull diagnostics of clients that announce them, and pushes to others', () =>
    talking(async (ask, say, _write, heard) => {
      const capabilities = {
        textDocument: { diagnostic: {} },
        workspace: { diagnostics: { refreshSupport: true } },
      };
      const { result } = await ask('initialize', { processId: null, rootUri: null, capabilities });
      const { diagnosticProvider } = (result as { capabilities: { diagnosticProvider?: object } })
        .capabilities;
      assert.deepEqual(diagnosticProvider, { interFileDependencies: true, workspaceDiagnostics: false });
      say('initialized', {});
      const uri = 'file:///nowhere/a.c';
      const pull = async (previousResultId?: string): Promise<Report> => {
        const params = { textDocument: { uri }, ...(previousResultId ? { previousResultId } : {}) };
        return (await ask('textDocument/diagnostic', params)).result as Report;
      };
      assert.deepEqual(await pull(), { kind: 'full', resultId: '0', items: [] });
      say('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version: 1, text: TWICE } });
      const first = await pull();
      assert.equal(first.items?.length, 1);
      assert.deepEqual(await pull(first.resultId), { kind: 'unchanged', resultId: first.resultId });
      say('textDocument/didChange', {
        textDocument: { uri, version: 2 },
        contentChanges: [{ text: 'int a;\n' }],
      });
      assert.equal((await pull(first.resultId)).items?.length, 0);
      // What nobody has asked for yet.
      say('textDocument/didChange', { textDocument: { uri, version: 3 }, contentChanges: [{ text: TWICE }] });
      await heard(({ method }) => method === 'workspace/diagnostic/refresh');
      assert.equal((await pull()).items?.length, 1);
      const pushed = heard(({ method }) => method === 'textDocument/publishDiagnostics').then(() => 'pushed');
      assert.equal(await Promise.race([pushed, ask('shutdown').then(() => 'shut')]), 'shut');
    }));

  it('sends related places only to clients that support them', () => {
    const message = 'x';
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
    const relatedInformation = [{ location: { uri: 'file:///b.c', range }, message }];
    const params = { uri: 'file:///a.c', diagnostics: [{ range, message, relatedInformation }] };
    assert.deepEqual(diagnosticsFor(params, {}).diagnostics, [{ range, message }]);
    const knowing = { textDocument: { publishDiagnostics: { relatedInformation: true } } };
    assert.equal(diagnosticsFor(params, knowing), params);
  });

  it('sends edits in a form that the client supports', () => {
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } };
    const uri = 'file:///a.c';
    const change = {
      textDocument: { uri, version: 3 },
      edits: [{ range, newText: 'x', annotationId: 'ask' }],
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
