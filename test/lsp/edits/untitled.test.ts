import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { after, before, describe, it } from 'mocha';
import {
  CodeActionKind,
  CodeActionRequest,
  DidChangeWorkspaceFoldersNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type CodeAction,
  type Diagnostic,
  type TextDocumentEdit,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { EXPLAIN, type ExplainResult } from '../../../protocol/methods.js';
import { SUPPRESS, type SuppressParams } from '../../../protocol/views.js';
import { isOwn, Server } from '../support/server.js';
import { sharedServer } from '../support/shared.js';
import { TWO } from '../support/texts.js';

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

describe('what is offered in a document', () => {
  const uri = 'untitled:Untitled-1';
  let server: Server;

  before(async () => {
    server = new Server({ Kbuild: 'obj-m += two.o\n', 'two.c': TWO });
    await server.initialize({ index: 'open' }, { hasCommands: true });
  });
  after(() => server.stop());

  const menu = async (of: string): Promise<readonly CodeAction[]> => {
    const textDocument = { uri: of };
    const hasFinding = (now: readonly Diagnostic[]): boolean => now.some(isOwn);
    const found = (await server.diagnosticsOf(of, hasFinding)).find(isOwn);
    assert.ok(found);
    const context = { diagnostics: [found], only: [CodeActionKind.QuickFix] };
    const params = { textDocument, range: found.range, context };
    return (await server.connection.sendRequest(CodeActionRequest.type, params)) as CodeAction[];
  };
  const suppressed = (
    where: SuppressParams['where'],
    action: CodeAction | undefined,
  ): Promise<WorkspaceEdit> =>
    server.connection.sendRequest(SUPPRESS, {
      uri,
      id: action?.command?.arguments?.[1] as string,
      where,
      reason: 'one thread',
    });
  const isFix = ({ title }: CodeAction): boolean => /^(?:Find a fix|Take) /.test(title);

  it('that was never saved: no suppression in a file that would be beside it', async () => {
    await server.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: 'c', version: 1, text: TWO },
    });
    const actions = (await menu(uri)).filter((action) => !isFix(action));
    assert.deepEqual(
      actions.map(({ title }) => title),
      [
        'Explain lock-order-cycle',
        'Suppress lock-order-cycle with a comment…',
        'Disable lock-order-cycle in this workspace',
      ],
    );
    assert.equal(await suppressed('config', actions[0]), null);
    const [change] = (await suppressed('comment', actions[0])).documentChanges as readonly TextDocumentEdit[];
    const [edit] = (change?.edits ?? []) as readonly TextEdit[];
    assert.match(edit?.newText ?? '', /lockorder-ignore lock-order-cycle: one thread/);
    const explained: ExplainResult | null = await server.connection.sendRequest(EXPLAIN, {
      uri,
      id: actions[0]?.command?.arguments?.[1] as string,
    });
    assert.match(explained?.text ?? '', /Place: +Untitled-1\.c:\d+/);
    await server.connection.sendNotification(DidCloseTextDocumentNotification.type, {
      textDocument: { uri },
    });
  });

  it('without a folder: no settings of a workspace', async () => {
    await server.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
      event: { added: [], removed: [{ uri: pathToFileURL(server.folder).href, name: 'test' }] },
    });
    await server.open('two.c', TWO);
    const titles = (await menu(server.uri('two.c'))).filter((each) => !isFix(each)).map(({ title }) => title);
    assert.ok(titles.includes('Suppress lock-order-cycle in lockorder.json…'));
    assert.ok(!titles.some((title) => title.startsWith('Disable')), titles.join());
  });
});
