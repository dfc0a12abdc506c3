import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { after, before, describe, it } from 'mocha';
import {
  DiagnosticSeverity,
  DidOpenTextDocumentNotification,
  HoverRequest,
  ShowMessageNotification,
  type Diagnostic,
} from 'vscode-languageserver/node';
import {
  EXPLAIN,
  STATUS,
  type DiagnosticData,
  type ExplainResult,
  type StatusParams,
} from '../../../protocol/methods.js';
import { OVERVIEW, type Overview } from '../../../protocol/views.js';
import { ROOT } from '../../support/root.js';
import { Server } from '../support/server.js';
import { TWO } from '../support/texts.js';

const severe = (diagnostics: readonly Diagnostic[]): readonly number[] =>
  diagnostics
    .filter(({ severity }) => severity === DiagnosticSeverity.Error)
    .map(({ range }) => range.start.line + 1);
const lineOf = (text: string, what: string): number => text.slice(0, text.indexOf(what)).split('\n').length;

describe('what stays visible during another analysis', () => {
  let server: Server;
  before(async () => {
    server = new Server({ Kbuild: 'obj-m += two.o\n', 'two.c': TWO });
    await server.initialize({ index: 'open' });
  });
  after(() => server.stop());

  /** Sizes of all that is published of a document until it satisfies the test. */
  const told = async (
    act: () => Promise<void>,
    isDone: (diagnostics: readonly Diagnostic[]) => boolean,
  ): Promise<readonly number[]> => {
    const sizes: number[] = [];
    const listening = server.onDiagnostics('two.c', (_, diagnostics) => sizes.push(diagnostics.length));
    await act();
    await server.diagnostics('two.c', 0, isDone);
    await server.settled('two.c');
    listening.dispose();
    return sizes;
  };

  /** How often the folder was read: the last thing that happens after settings changed. */
  const folders = (log: readonly string[]): number =>
    log.filter((line) => line.includes('read the folders of open files')).length;

  it('diagnostics, when settings change', async () => {
    const before = await server.open('two.c', TWO);
    await server.logged((log) => folders(log) === 1);
    assert.equal(severe(before).length, 1);
    const isWarning = ({ severity }: Diagnostic): boolean => severity === DiagnosticSeverity.Warning;
    const sizes = await told(
      () => server.configure({ index: 'off', rules: { 'lock-order-cycle': 'warning' } }),
      (now) => now.some(isWarning),
    );
    assert.ok(!sizes.includes(0), sizes.join());
    await told(
      () => server.configure({ index: 'open' }),
      (now) => !now.some(isWarning),
    );
    await server.logged((log) => folders(log) === 2);
  });

  it('what is known, when only severities change: they need no other analysis', async () => {
    const reads = (): number => server.log.filter((line) => line.endsWith(' files in all')).length;
    const before = reads();
    await told(
      () => server.configure({ index: 'open', rules: { 'lock-order-cycle': 'off' } }),
      (now) => now.length === 0,
    );
    await told(
      () => server.configure({ index: 'open', rules: { 'lock-order-cycle': 'warning' } }),
      (now) => now.length > 0,
    );
    assert.equal(reads(), before);
    // What is of low confidence may not have been looked for.
    await told(
      () => server.configure({ index: 'open', confidence: 'low' }),
      () => reads() > before,
    );
  });

  it('diagnostics, when a .lockorder is written, which makes the other side the wrong one', async () => {
    const [line] = severe(await server.diagnostics('two.c'));
    assert.equal(line, lineOf(TWO, 'static int backwards') + 3);
    server.write('.lockorder', 'two.c:second_sem < two.c:first_sem\n');
    const sizes = await told(
      () => server.changedOnDisk('.lockorder'),
      (now) => now.some(({ code }) => code === 'declared-order') || severe(now)[0] !== line,
    );
    assert.ok(!sizes.includes(0), sizes.join());
    await server.close('two.c');
  });

  it('the explanation of a finding, whose answer waits for that analysis', async () => {
    const [found] = await server.open('two.c', TWO);
    assert.ok(found);
    const { id } = found.data as DiagnosticData;
    const explained = (): Promise<ExplainResult | null> =>
      server.connection.sendRequest(EXPLAIN, { uri: server.uri('two.c'), id });
    await server.configure({ index: 'open', preemptRt: true });
    assert.equal((await explained())?.id, id);
    await server.configure({ index: 'open' });
    assert.equal((await explained())?.id, id);
    // A finding that was repaired is gone with the next answer.
    const end = TWO.indexOf('}', TWO.indexOf('static int backwards'));
    const body = TWO.slice(TWO.indexOf('static int backwards'), end);
    const repaired = body.replace(
      'down(&second_sem);\n\tdown(&first_sem)',
      'down(&first_sem);\n\tdown(&second_sem)',
    );
    await server.edit('two.c', body, repaired);
    assert.equal(await explained(), null);
    await server.close('two.c');
  });

  it('reports a setting for an unknown rule once', async () => {
    const messages: string[] = [];
    server.connection.onNotification(
      ShowMessageNotification.type,
      ({ message }) => void messages.push(message),
    );
    const rules = { 'lock-ordr-cycle': 'off' } as const;
    await server.configure({ index: 'open', rules });
    await server.configure({ index: 'open', rules, preemptRt: true });
    await server.configure({ index: 'open' });
    await server.open('two.c', TWO);
    await server.settled('two.c');
    assert.deepEqual(messages, ['Unknown rule “lock-ordr-cycle” in the setting lockOrder.rules.']);
    await server.close('two.c');
  });
});

describe('a lockorder.json with a mistake', () => {
  const SUPPRESSED = '{ "ignore": [{ "rule": "lock-order-cycle", "reason": "one thread" }] }\n';
  let server: Server;
  before(async () => {
    server = new Server({ Kbuild: 'obj-m += two.o\n', 'two.c': TWO, 'lockorder.json': SUPPRESSED });
    await server.initialize({ index: 'open' });
  });
  after(() => server.stop());

  it('leaves the previous one in effect, and is reported each time', async () => {
    const messages: string[] = [];
    server.connection.onNotification(
      ShowMessageNotification.type,
      ({ message }) => void messages.push(message),
    );
    /** Resolves when the finding is known and suppressed again. */
    const write = async (text: string): Promise<void> => {
      server.write('lockorder.json', text);
      await server.changedOnDisk('lockorder.json');
      await server.connection.sendRequest(HoverRequest.type, {
        textDocument: { uri: server.uri('two.c') },
        position: { line: 0, character: 0 },
      });
      const overview = (): Promise<Overview> => server.connection.sendRequest(OVERVIEW);
      while ((await overview()).suppressed.length + (await overview()).findings.length === 0);
    };
    assert.deepEqual(severe(await server.open('two.c', TWO)), []);
    const shown: number[] = [];
    const listening = server.onDiagnostics('two.c', (_, now) => shown.push(severe(now).length));
    for (let time = 1; time <= 2; time += 1) {
      await write('{ "ignore": [ , ] }\n');
      assert.equal(messages.length, time, messages.join());
      assert.match(messages.at(-1) ?? '', /lockorder\.json:1: Unexpected token/);
      await write(SUPPRESSED);
    }
    listening.dispose();
    assert.ok(
      shown.every((count) => count === 0),
      shown.join(),
    );
    await write('{}\n');
    await server.diagnostics('two.c', 0, (now) => severe(now).length > 0);
  });
});

/** Two functions, each of which takes two mutexes in an order of its own. */
function pair(order: readonly [string, string], other: readonly [string, string]): string {
  const body = ([outer, inner]: readonly [string, string], name: string): string => `
static void ${name}(struct pair *p)
{
	mutex_lock(&p->${outer});
	mutex_lock(&p->${inner});
	p->sum++;
	mutex_unlock(&p->${inner});
	mutex_unlock(&p->${outer});
}
`;
  const head = '#include <linux/mutex.h>\nstruct pair { struct mutex one; struct mutex two; int sum; };\n';
  return `${head}${body(order, 'upper')}${body(other, 'lower')}`;
}

describe('the blamed side of a cycle that the code does not decide', () => {
  let server: Server;
  before(async () => {
    server = new Server({ Kbuild: 'obj-m += pair.o\n' });
    await server.initialize({ index: 'open' });
  });
  after(() => server.stop());

  const same = pair(['one', 'two'], ['one', 'two']);
  const swapped = (text: string, name: string): string => {
    const at = text.indexOf(`void ${name}(`);
    const end = text.indexOf('\n}\n', at);
    const swap = (body: string): string =>
      body.replace(/->(one|two)/g, (_, lock: string) => (lock === 'one' ? '->two' : '->one'));
    return text.slice(0, at) + swap(text.slice(at, end)) + text.slice(end);
  };

  for (const name of ['upper', 'lower']) {
    it(`is the one that was just written: ${name}()`, async () => {
      await server.open('pair.c', same);
      const text = swapped(same, name);
      const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
      // The editor sends what differs.
      const at = same.indexOf(`void ${name}(`);
      const end = same.indexOf('\n}\n', at);
      const now = await server.edit('pair.c', same.slice(at, end), text.slice(at, end));
      const [line = 0, ...others] = severe(now);
      assert.deepEqual(others, []);
      const first = lineOf(text, `void ${name}(`);
      assert.ok(first < line && line < first + 8, `line ${line}, not in ${name}() from ${first}`);
      // The other side is marked as well, as no mistake of its own.
      assert.equal(now.filter(({ severity }) => severity === DiagnosticSeverity.Information).length, 1);
      // And stays where it is, whatever is typed next.
      const other = name === 'upper' ? 'lower' : 'upper';
      const later = await server.edit(
        'pair.c',
        `void ${other}(struct pair *p)\n{`,
        `void ${other}(struct pair *p)\n{\n`,
      );
      const [stays = 0] = severe(later);
      const begin = lineOf(server.text('pair.c'), `void ${name}(`);
      assert.ok(begin < stays && stays < begin + 8);
      await server.edit('pair.c', whole, same);
      await server.close('pair.c');
    });
  }
});

describe('the example of the walkthrough', () => {
  it('does not count among the findings of the workspace', async () => {
    const home = mkdtempSync(join(tmpdir(), 'lockorder-home-'));
    mkdirSync(join(home, 'example'));
    const server = new Server({ Kbuild: 'obj-m += a.o\n', 'a.c': 'int nothing;\n' });
    let status: StatusParams | undefined;
    server.connection.onNotification(STATUS, (params: StatusParams) => void (status = params));
    await server.initialize({ index: 'open' }, { cacheDirectory: home, hasCommands: true });
    const read = (name: string): string => readFileSync(join(ROOT, 'examples/driver', name), 'utf8');
    for (const name of ['Kbuild', 'driver.h', 'device.c', 'queue.c'])
      writeFileSync(join(home, 'example', name), read(name));
    const uri = pathToFileURL(join(home, 'example/queue.c')).href;
    await server.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: 'c', version: 1, text: read('queue.c') },
    });
    await server.diagnosticsOf(uri, (now) => now.length > 0);
    const overview: Overview = await server.connection.sendRequest(OVERVIEW);
    assert.deepEqual(overview.findings, []);
    assert.equal(status?.findings ?? 0, 0);
    await server.stop();
    rmSync(home, { recursive: true });
  });
});
