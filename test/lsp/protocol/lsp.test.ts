import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver/node';
import {
  EXPLAIN,
  SCAN_WORKSPACE,
  type ExplainResult,
  type ScanWorkspaceResult,
} from '../../../protocol/methods.js';
import type { DiagnosticData } from '../../../protocol/methods.js';
import { isOwn, type Server } from '../support/server.js';
import { sharedServer } from '../support/shared.js';
import { CROSS_DEVICE, CROSS_QUEUE, IN_CALLEES, LEAK, TWO } from '../support/texts.js';

function cycles(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(isOwn).filter(({ code }) => code === 'lock-order-cycle');
}

function some(diagnostics: readonly Diagnostic[]): boolean {
  return cycles(diagnostics).length > 0;
}

describe('language server', () => {
  const shared = sharedServer();
  let server: Server;

  before(() => {
    server = shared();
  });

  describe('diagnostics', () => {
    it('show a cycle at the acquisition against the majority, with the story of both sides', async () => {
      const [found, ...others] = cycles(await server.open('two.c', TWO));
      assert.ok(found);
      assert.deepEqual(others, []);
      const start = lineOf(TWO, 'static int backwards');
      assert.deepEqual(found.range, {
        start: { line: start + 3, character: 1 },
        end: { line: start + 3, character: 17 },
      });
      assert.equal(found.severity, DiagnosticSeverity.Error);
      assert.equal(found.codeDescription?.href, 'file:///pages/lock-order-cycle.md');
      const related = found.relatedInformation ?? [];
      assert.ok(related.length >= 4, JSON.stringify(related));
      assert.ok(related.every(({ location }) => location.uri === server.uri('two.c')));
      assert.match(related[0]?.message ?? '', /\(side 1\)$/);
      assert.match(related.at(-1)?.message ?? '', /\(side 2\)$/);
      await server.close('two.c');
    });

    it('disappear and reappear with the mistake', async () => {
      assert.ok(some(await server.open('two.c', TWO)));
      const swapped = 'down(&second_sem);\n\tdown(&first_sem);\n\ttotal--;';
      assert.deepEqual(
        cycles(await server.edit('two.c', swapped, 'down(&first_sem);\n\tdown(&second_sem);\n\ttotal--;')),
        [],
      );
      assert.ok(
        some(await server.edit('two.c', 'down(&first_sem);\n\tdown(&second_sem);\n\ttotal--;', swapped)),
      );
      await server.close('two.c');
    });

    it('move with the text', async () => {
      const [before] = cycles(await server.open('two.c', TWO));
      const [after] = cycles(
        await server.edit('two.c', 'static int total;', 'static int total;\n/* more */\n'),
      );
      assert.equal(after?.range.start.line, (before?.range.start.line ?? 0) + 2);
      await server.close('two.c');
    });

    it('span files: each file shows its own part', async () => {
      await server.open('driver/device.c', CROSS_DEVICE);
      const device = await server.diagnostics('driver/device.c', 0, some);
      await server.open('driver/queue.c', CROSS_QUEUE);
      const queue = await server.diagnostics('driver/queue.c', 0, some);
      const files = [...device, ...queue].flatMap(({ relatedInformation = [] }) =>
        relatedInformation.map(({ location }) => location.uri),
      );
      assert.deepEqual([...new Set(files)].sort(), [
        server.uri('driver/device.c'),
        server.uri('driver/queue.c'),
      ]);
      assert.deepEqual(idsOf(device), idsOf(queue));
      await server.type('driver/queue.c', '\tcross_kick(dev);\n', '');
      await server.diagnostics('driver/device.c', 0, (now) => !some(now));
      await server.close('driver/queue.c');
      await server.diagnostics('driver/device.c', 0, some);
      await server.close('driver/device.c');
    });

    it('never refer to an older text', async () => {
      await server.open('two.c', TWO);
      const [before] = cycles(await server.settled('two.c'));
      const wrong: string[] = [];
      const listening = server.onDiagnostics('two.c', (edits, diagnostics) => {
        const line = (before?.range.start.line ?? 0) + edits;
        if (cycles(diagnostics).some(({ range }) => range.start.line !== line))
          wrong.push(`after ${edits} edits`);
      });
      const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
      let version = 1;
      for (let edit = 0; edit < 60; edit += 1) version = await server.type('two.c', top, '\n');
      await server.diagnostics('two.c', version);
      listening.dispose();
      assert.deepEqual(wrong, []);
      await server.close('two.c');
    });

    it('are removed when the document is closed', async () => {
      assert.ok(some(await server.open('two.c', TWO)));
      await server.close('two.c');
      await server.diagnostics('two.c', 0, (now) => now.length === 0);
    });
  });

  describe('half-typed code', () => {
    it('does not make a squiggle flicker while a statement is typed', async () => {
      assert.ok(some(await server.open('two.c', TWO)));
      let place = '\ttotal--;\n';
      for (const character of 'if (total > 3) { total = (3 + 4); }\n') {
        const diagnostics = await server.edit('two.c', place, place + character);
        place += character;
        assert.equal(cycles(diagnostics).length, 1, `after ${JSON.stringify(place)}`);
      }
      await server.close('two.c');
    });

    it('does not make one disappear in a function that takes its lock only in a callee', async () => {
      const leaks = (diagnostics: readonly Diagnostic[]): readonly (DiagnosticSeverity | undefined)[] =>
        diagnostics.filter(({ code }) => code === 'missing-unlock').map(({ severity }) => severity);
      assert.deepEqual(leaks(await server.open('callee.c', IN_CALLEES)), [DiagnosticSeverity.Warning]);
      let place = 'return -ETIMEDOUT;';
      for (const character of '\n\t\tif (') {
        const diagnostics = await server.edit('callee.c', place, place + character);
        place += character;
        assert.deepEqual(leaks(diagnostics), [DiagnosticSeverity.Warning], JSON.stringify(place));
      }
      await server.close('callee.c');
    });

    it('does not add one while a whole new function is typed', async () => {
      const text = TWO.slice(0, TWO.indexOf('static int backwards'));
      const typed = TWO.slice(TWO.indexOf('static int forwards_again'), text.length).replace(
        '_again',
        '_too',
      );
      assert.deepEqual(await server.open('two.c', text), []);
      let place = text.slice(-30);
      for (const character of typed) {
        const diagnostics = await server.edit('two.c', place, place + character);
        place += character;
        assert.deepEqual(diagnostics, [], `after ${JSON.stringify(place)}`);
      }
      await server.close('two.c');
    });
  });

  describe('rules about exits', () => {
    const repaired = LEAK.replace('\t\treturn err;', '\t\tgoto out;').replace(
      '\treturn 0;',
      'out:\n\tmutex_unlock(&leak_lock);\n\treturn err;',
    );
    const leaks = (diagnostics: readonly Diagnostic[]): boolean =>
      diagnostics.some(({ code }) => code === 'missing-unlock');

    it('report at once in a document that was opened', async () => {
      assert.ok(leaks(await server.open('leak.c', LEAK)));
      await server.close('leak.c');
    });

    it('wait for a pause while the function is edited', async () => {
      await server.open('leak.c', LEAK.replace('\t\treturn err;', '\t\tleaks++;'));
      assert.ok(!leaks(await server.edit('leak.c', 'leaks++;', 'return err;')));
      assert.ok(!leaks(await server.edit('leak.c', 'return err;', 'return  err;')));
      await server.diagnostics('leak.c', 0, leaks);
      await server.close('leak.c');
    });

    it('report when the document is saved, and at once after edits elsewhere', async () => {
      await server.open('leak.c', LEAK.replace('\t\treturn err;', '\t\tleaks++;'));
      await server.edit('leak.c', 'leaks++;', 'return err;');
      await server.save('leak.c');
      await server.diagnostics('leak.c', 0, leaks);
      assert.ok(leaks(await server.edit('leak.c', 'static int leaks;', 'static int leaks ;')));
      await server.close('leak.c');
      assert.ok(!leaks(await server.open('leak.c', repaired)));
      await server.close('leak.c');
    });
  });

  describe('hover', () => {
    before(() => server.open('two.c', TWO));
    after(() => server.close('two.c'));

    it('on a lock shows its kind and its neighbours', async () => {
      const text = await server.hover('two.c', 'first_sem);\n\tdown');
      assert.match(text, /first_sem/);
      assert.match(text, /semaphore/);
      assert.match(text, /second_sem`: 2 places/);
      assert.match(text, /opposite order in 1 place/);
    });

    it('on the declaration of a lock shows the same', async () => {
      assert.match(await server.hover('two.c', 'second_sem);\nstatic int total'), /Held while taking/);
    });

    it('on a call shows what it acquires', async () => {
      await server.open('driver/device.c', CROSS_DEVICE);
      await server.diagnostics('driver/device.c', 0, some);
      const text = await server.hover('driver/device.c', 'cross_flush(dev)');
      assert.match(text, /May take `cross_device\.queue_lock`/);
      assert.match(text, /Held here: `cross_device\.state_lock`/);
      await server.close('driver/device.c');
    });

    it('shows nothing where there is no lock', async () => {
      assert.equal(await server.hover('two.c', 'total;'), '');
    });
  });

  describe('code actions', () => {
    it('reorder the side against the majority, and the result is clean', async () => {
      const [found] = cycles(await server.open('two.c', TWO));
      assert.ok(found);
      await server.settled('two.c');
      const [action, ...others] = await server.codeActions('two.c', found);
      assert.ok(action, 'a fix is offered');
      assert.deepEqual(others, []);
      assert.equal(action.isPreferred, true);
      assert.equal(action.kind, 'quickfix');
      const fixed = server.applied(action).get('two.c') ?? '';
      const expected = TWO.replace(
        'down(&second_sem);\n\tdown(&first_sem);\n\ttotal--;\n\tup(&first_sem);\n\tup(&second_sem);',
        'down(&first_sem);\n\tdown(&second_sem);\n\ttotal--;\n\tup(&second_sem);\n\tup(&first_sem);',
      );
      assert.equal(fixed, expected);
      await server.close('two.c');
      assert.deepEqual(await server.open('two.c', fixed), []);
      await server.close('two.c');
    });

    it('are not offered for half-typed text', async () => {
      await server.open('two.c', TWO);
      const [kept] = cycles(await server.edit('two.c', 'total--;', 'total-- + (;'));
      assert.ok(kept);
      assert.deepEqual(await server.codeActions('two.c', kept), []);
      await server.close('two.c');
    });
  });

  describe('explain', () => {
    it('returns the story of a finding by its place', async () => {
      const [found] = cycles(await server.open('two.c', TWO));
      assert.ok(found);
      const result: ExplainResult | null = await server.connection.sendRequest(EXPLAIN, {
        uri: server.uri('two.c'),
        position: found.range.start,
      });
      assert.match(result?.text ?? '', /CPU0 +CPU1/);
      await server.close('two.c');
    });
  });

  describe('bad input', () => {
    const texts: Readonly<Record<string, string>> = {
      'empty.c': '',
      'garbage.c': '\u0000\u0001{{{((( "unterminated\n#if\n#else\n\\',
      'open-brace.c': 'int f(void)\n{\n\tdown(&first_sem',
      'close-braces.c': '}}}}\nint g(void) { return 0; }\n',
      'long-line.c': `int h(void) { return ${'1 + '.repeat(20000)}1; }\n`,
      'deep.c': `int d(void) { ${'{'.repeat(3000)}${'}'.repeat(3000)} }\n`,
      'comment.c': '/* never closed',
    };

    for (const [name, text] of Object.entries(texts)) {
      it(`does not stop at ${name}`, async () => {
        await server.open(name, text);
        await server.close(name);
        assert.ok(some(await server.open('two.c', TWO)), 'the server goes on');
        await server.close('two.c');
      });
    }

    it('reads CRLF text like LF text', async () => {
      const [found] = cycles(await server.open('two.c', TWO.replaceAll('\n', '\r\n')));
      assert.ok(found);
      assert.equal(found.range.start.line, lineOf(TWO, 'static int backwards') + 3);
      await server.settled('two.c');
      const [action] = await server.codeActions('two.c', found);
      const fixed = action ? (server.applied(action).get('two.c') ?? '') : '';
      assert.ok(fixed.includes('\tdown(&first_sem);\r\n\tdown(&second_sem);\r\n\ttotal--;'), fixed);
      assert.doesNotMatch(fixed, /[^\r]\n/);
      await server.close('two.c');
    });

    it('continues beside unreadable files, and reports them', async () => {
      const secret = join(server.folder, 'secret');
      mkdirSync(secret);
      // For root every folder can be read, but a link that leads nowhere cannot be followed by anybody.
      symlinkSync(join(server.folder, 'nowhere'), join(secret, 'gone.c'));
      server.write('secret/sub/inner.c', TWO);
      chmodSync(join(secret, 'sub'), 0);
      const result = await scan(server);
      assert.equal(result.complete, true);
      assert.ok(result.skipped.some(({ uri }) => uri === server.uri('secret/gone.c')));
      assert.ok(result.findings > 0);
      rmSync(secret, { recursive: true, force: true });
    });
  });

  describe('settings', () => {
    it('take effect when they change', async () => {
      assert.ok(some(await server.open('two.c', TWO)));
      await server.configure({ index: 'open', rules: { 'lock-order-cycle': 'off' } });
      await server.diagnostics('two.c', 0, (now) => now.length === 0);
      await server.configure({ index: 'open', rules: { 'lock-order-cycle': 'warning' } });
      const isNow = (severity: DiagnosticSeverity) => (now: readonly Diagnostic[]) =>
        cycles(now).some((found) => found.severity === severity);
      await server.diagnostics('two.c', 0, isNow(DiagnosticSeverity.Warning));
      await server.configure({ index: 'open' });
      await server.diagnostics('two.c', 0, isNow(DiagnosticSeverity.Error));
      await server.close('two.c');
    });
  });

  describe('folders', () => {
    it('of the workspace: a file belongs to the innermost', async () => {
      // The identity of a finding contains paths in the root. What was found stays until something else is.
      const found = async (isThere: (id: string) => boolean): Promise<string> => {
        const ids = (now: readonly Diagnostic[]): string[] =>
          now.map(({ data }) => (data as DiagnosticData | undefined)?.id ?? '').filter(isThere);
        const [id] = ids(await server.diagnostics('driver/device.c', 0, (now) => ids(now).length > 0));
        return id ?? '';
      };
      await server.open('driver/device.c', CROSS_DEVICE);
      const outer = await found((id) => id !== '');
      // A folder with settings of its own is a root of its own.
      server.write('driver/lockorder.json', '{}');
      await server.changeFolders({ add: 'driver' });
      await found((id) => id !== '' && id !== outer);
      await server.changeFolders({ remove: 'driver' });
      await found((id) => id === outer);
      await server.close('driver/device.c');
    });
  });

  describe('scan', () => {
    it('reports progress and shows findings of closed files', async () => {
      const messages: string[] = [];
      const token = 'scan-1';
      server.onProgress(token, (value) => messages.push(value.kind));
      const result = await scan(server, token);
      assert.equal(result.complete, true);
      assert.equal(messages[0], 'begin');
      assert.equal(messages.at(-1), 'end');
      assert.ok(result.files >= 4 && result.findings >= 2, JSON.stringify(result));
      assert.ok(some(await server.diagnostics('two.c', 0, some)));
      assert.ok(some(await server.diagnostics('driver/queue.c', 0, some)));
      assert.ok(some(await server.diagnostics('driver/device.c', 0, some)));
    });

    it('follows files that change on disk', async () => {
      server.write(
        'two.c',
        TWO.replaceAll('second_sem', 'first_sem').slice(0, TWO.indexOf('static int forwards')),
      );
      await server.changedOnDisk('two.c');
      await server.diagnostics('two.c', 0, (now) => !some(now));
      server.write('two.c', TWO);
      await server.changedOnDisk('two.c');
      await server.diagnostics('two.c', 0, some);
    });

    it('can be cancelled and started again', async () => {
      const request = server.cancellableScan();
      request.cancel();
      await assert.rejects(request.done, /cancel/i);
      assert.equal((await scan(server)).complete, true);
    });
  });
});

function lineOf(text: string, what: string): number {
  return text.slice(0, text.indexOf(what)).split('\n').length - 1;
}

function idsOf(diagnostics: readonly Diagnostic[]): readonly unknown[] {
  return cycles(diagnostics).map(({ data }) => data as unknown);
}

function scan(server: Server, workDoneToken?: string): Promise<ScanWorkspaceResult> {
  return server.connection.sendRequest(SCAN_WORKSPACE, workDoneToken === undefined ? {} : { workDoneToken });
}
