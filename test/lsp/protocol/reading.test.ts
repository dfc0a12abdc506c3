import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import {
  CodeLensRefreshRequest,
  CodeLensRequest,
  DocumentHighlightRequest,
  InlayHintRefreshRequest,
  InlayHintRequest,
  type CodeLens,
  type InlayHint,
} from 'vscode-languageserver/node';
import {
  CLASSES,
  COUNTERPARTS,
  OVERVIEW,
  REACHES,
  SARIF,
  type ClassEntry,
  type Overview,
  type Place,
  type Reaches,
  type SarifResult,
} from '../../../protocol/views.js';
import { EXPLAIN, type ExplainResult } from '../../../protocol/methods.js';
import { Server } from '../support/server.js';
import { CROSS_DEVICE, CROSS_HEADER, CROSS_QUEUE, KBUILD, TWO } from '../support/texts.js';

const BRANCHES = `#include <linux/mutex.h>

static DEFINE_MUTEX(outer);
static DEFINE_MUTEX(inner);
static int state;

static void leaf(void)
{
	mutex_lock(&inner);
	state++;
	mutex_unlock(&inner);
}

static int branches(int value)
{
	mutex_lock(&outer);
	if (value < 0) {
		mutex_unlock(&outer);
		return -1;
	}
	leaf();
	mutex_unlock(&outer);
	return 0;
}

static void bare(void)
{
	leaf();
}

int entry(void)
{
	bare();
	return branches(3);
}
`;

describe('reading aids', () => {
  let server: Server;

  before(async () => {
    server = new Server({
      Kbuild: KBUILD,
      'driver/cross.h': CROSS_HEADER,
      'driver/device.c': CROSS_DEVICE,
      'driver/queue.c': CROSS_QUEUE,
    });
    await server.initialize({ index: 'open', inlayHints: true, codeLens: true }, { hasCommands: true });
    await server.open('read.c', BRANCHES);
  });

  after(() => server.stop());

  const position = (
    text: string,
    offset = 0,
  ): { uri: string; position: { line: number; character: number } } => {
    const { line, character } = server.range('read.c', text).start;
    return { uri: server.uri('read.c'), position: { line, character: character + offset } };
  };
  const lineOf = (text: string): number => server.range('read.c', text).start.line;

  it('highlight the releases of a lock inside its acquisition, and nothing elsewhere', async () => {
    const at = position('mutex_lock(&outer)', 3);
    const found = await server.connection.sendRequest(DocumentHighlightRequest.type, {
      textDocument: { uri: at.uri },
      position: at.position,
    });
    assert.deepEqual(
      found?.map(({ range }) => range.start.line),
      [
        lineOf('mutex_lock(&outer)'),
        lineOf('mutex_unlock(&outer);\n\t\treturn'),
        lineOf('mutex_unlock(&outer);\n\treturn'),
      ],
    );
    const nothing = position('value < 0');
    assert.equal(
      await server.connection.sendRequest(DocumentHighlightRequest.type, {
        textDocument: { uri: nothing.uri },
        position: nothing.position,
      }),
      null,
    );
  });

  it('navigate from a release to its acquisition and back', async () => {
    const back: readonly Place[] = await server.connection.sendRequest(
      COUNTERPARTS,
      position('mutex_unlock(&outer);\n\treturn'),
    );
    assert.deepEqual(
      back.map(({ range }) => range.start.line),
      [lineOf('mutex_lock(&outer)')],
    );
    const forth: readonly Place[] = await server.connection.sendRequest(
      COUNTERPARTS,
      position('mutex_lock(&inner)'),
    );
    assert.deepEqual(
      forth.map(({ range }) => range.start.line),
      [lineOf('mutex_unlock(&inner)')],
    );
  });

  it('show the held locks after a lock operation', async () => {
    const hints: readonly InlayHint[] | null = await server.connection.sendRequest(InlayHintRequest.type, {
      textDocument: { uri: server.uri('read.c') },
      range: { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } },
    });
    assert.deepEqual(
      hints?.map(({ label, position: at }) => [at.line, label]),
      [
        [lineOf('mutex_lock(&inner)'), 'holds inner'],
        [lineOf('mutex_lock(&outer)'), 'holds outer'],
      ],
    );
  });

  it('show the effects of a function above it', async () => {
    const lenses: readonly CodeLens[] | null = await server.connection.sendRequest(CodeLensRequest.type, {
      textDocument: { uri: server.uri('read.c') },
    });
    const lens = lenses?.find(({ range }) => range.start.line === lineOf('static int branches'));
    assert.equal(lens?.command?.title, 'takes outer · takes inner in callees · may sleep');
    assert.equal(lens.command.command, 'lockOrder.showReaches');
    // Also above those that only call others.
    for (const [caller, title] of [
      ['static void bare', 'takes inner in callees · may sleep'],
      ['int entry', 'takes inner, outer in callees · may sleep'],
    ] as const) {
      const other = lenses?.find(({ range }) => range.start.line === lineOf(caller));
      assert.equal(other?.command?.title, title);
    }
  });

  it('list the paths to an acquisition, and the locks held on them', async () => {
    const found: Reaches | null = await server.connection.sendRequest(
      REACHES,
      position('mutex_lock(&inner)'),
    );
    assert.equal(found?.lock, 'inner');
    assert.deepEqual(
      found.groups.map(({ held, paths }) => [
        held,
        paths.map(({ steps }) => steps.map((step) => step.function).join(' ')),
      ]),
      [
        ['outer', ['branches leaf']],
        ['', ['entry bare leaf']],
      ],
    );
    assert.equal(await server.connection.sendRequest(REACHES, position('state++')), null);
  });

  it('follow settings at once', async () => {
    await server.configure({ index: 'open', inlayHints: false, codeLens: false });
    const request = { textDocument: { uri: server.uri('read.c') } };
    assert.equal(await server.connection.sendRequest(CodeLensRequest.type, request), null);
    await server.configure({ index: 'open', inlayHints: true, codeLens: true });
    assert.ok((await server.connection.sendRequest(CodeLensRequest.type, request))?.length);
  });

  it('are requested again when a change of settings switches them off and requires another analysis', async () => {
    const asked = [CodeLensRefreshRequest, InlayHintRefreshRequest].map(
      ({ type }) =>
        new Promise<void>((resolve) =>
          server.connection.onRequest(type.method, () => {
            resolve();
            return null;
          }),
        ),
    );
    await server.configure({ index: 'open', inlayHints: false, codeLens: false, preemptRt: true });
    await Promise.all(asked);
    await server.configure({ index: 'open', inlayHints: true, codeLens: true });
  });

  it('list findings and classes, and the same findings as SARIF', async () => {
    await server.open('two.c', TWO);
    const { findings, suppressed, classes }: Overview = await server.connection.sendRequest(OVERVIEW);
    assert.deepEqual(
      findings.map(({ rule, severity, place, folder }) => [rule, severity, place.label, folder]),
      [
        [
          'lock-order-cycle',
          'error',
          `two.c:${TWO.slice(0, TWO.indexOf('down(&first_sem);\n\ttotal--')).split('\n').length}`,
          '',
        ],
      ],
    );
    assert.deepEqual(suppressed, []);
    const list: readonly ClassEntry[] = await server.connection.sendRequest(CLASSES);
    assert.equal(list.length, classes);
    const inner = list.find(({ id }) => id === 'read.c:inner');
    assert.deepEqual([inner?.kind, inner?.takers], ['mutex', 1]);
    const { text }: SarifResult = await server.connection.sendRequest(SARIF);
    const log = JSON.parse(text) as { readonly runs: readonly { readonly results: readonly unknown[] }[] };
    assert.equal(log.runs[0]?.results.length, 1);
  });

  it('list a suppressed finding with its reason', async () => {
    const what = '\tdown(&first_sem);\n\ttotal--;';
    await server.edit(
      'two.c',
      what,
      `\t/* lockorder-ignore lock-order-cycle: one after the other */\n${what}`,
    );
    const { findings, suppressed }: Overview = await server.connection.sendRequest(OVERVIEW);
    assert.deepEqual(findings, []);
    assert.deepEqual(
      suppressed.map(({ rule, reason }) => [rule, reason]),
      [['lock-order-cycle', 'one after the other']],
    );
    await server.close('two.c');
  });

  it('show a finding as a page: both sides with source, and the table', async () => {
    await server.open('driver/device.c', CROSS_DEVICE);
    const [found] = await server.diagnostics('driver/device.c', 0, (now) => now.length > 0);
    const result: ExplainResult | null = await server.connection.sendRequest(EXPLAIN, {
      uri: server.uri('driver/device.c'),
      position: found?.range.start,
    });
    const page = result?.page;
    assert.ok(page);
    assert.equal(page.rulePage, 'file:///pages/lock-order-cycle.md');
    assert.equal(page.sides.length, 2);
    for (const { steps } of page.sides) {
      const marked = steps.flatMap(({ excerpt }) =>
        excerpt.flatMap(({ text, mark }) => (mark ? [text.slice(...mark)] : [])),
      );
      assert.equal(marked.length, steps.length);
      // No lines of numbers around it, and what the sentence says of held locks is not said again.
      const ends = steps.flatMap(({ excerpt }) => [excerpt[0]?.text, excerpt.at(-1)?.text]);
      assert.deepEqual(
        ends.filter((text) => !/[^\s{}]/.test(text ?? '')),
        [],
      );
      assert.deepEqual(
        steps.filter(({ text, held }) => held.some((lock) => text.endsWith(lock))),
        [],
      );
      assert.ok(
        marked.every((text) => /^\w+\(.*\)$/.test(text)),
        JSON.stringify(marked),
      );
    }
    assert.deepEqual(page.scenario.cpus, ['CPU0', 'CPU1']);
    assert.equal(page.scenario.rows.length, 4);
    assert.ok(page.assumes.length > 0 && page.reproduce.length > 0 && page.validate.length > 0);
  });
});
