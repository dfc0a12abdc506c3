import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import {
  CodeActionTriggerKind,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DiagnosticSeverity,
  type CodeAction,
  type Diagnostic,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { DiagnosticData } from '../../../protocol/methods.js';
import { SUPPRESS } from '../../../protocol/views.js';
import { Server } from '../support/server.js';
import { CROSS_QUEUE, LEAK, TWO } from '../support/texts.js';

/** Enough for the larger program to be read and to take over, at a few milliseconds each. */
const LOOKS = 200;

const TWO_LEAKS = `${LEAK}${LEAK.slice(LEAK.indexOf('static int leak('))
  .replace('leak(', 'leak_too(')
  .replaceAll('leaks +=', 'leaks -=')}`;

/** Takes a mutex under a spinlock, and against the order of the others. */
const BOTH = `#include <linux/mutex.h>
#include <linux/spinlock.h>

struct both {
	spinlock_t quick;
	struct mutex slow;
	int sum;
};

static void right(struct both *b)
{
	mutex_lock(&b->slow);
	spin_lock(&b->quick);
	b->sum++;
	spin_unlock(&b->quick);
	mutex_unlock(&b->slow);
}

static void right_again(struct both *b)
{
	mutex_lock(&b->slow);
	spin_lock(&b->quick);
	b->sum += 2;
	spin_unlock(&b->quick);
	mutex_unlock(&b->slow);
}

static void wrong(struct both *b)
{
	spin_lock(&b->quick);
	mutex_lock(&b->slow);
	b->sum--;
	mutex_unlock(&b->slow);
	spin_unlock(&b->quick);
}
`;

/** What is offered besides the fix. */
const ABOUT = [
  'Explain lock-order-cycle',
  'Declare the order first_sem < second_sem in .lockorder',
  'Suppress lock-order-cycle with a comment…',
  'Suppress lock-order-cycle in lockorder.json…',
  'Disable lock-order-cycle in this workspace',
];

describe('the actions for a finding', () => {
  let server: Server;

  const cycle = (diagnostics: readonly Diagnostic[]): Diagnostic => {
    const found = diagnostics.find(({ code }) => code === 'lock-order-cycle');
    assert.ok(found);
    return found;
  };
  const titles = async (name: string, found: Diagnostic): Promise<string[]> =>
    (await server.actionsAt(name, found.range, [found], ['quickfix'])).map(({ title }) => title);

  describe('in a client with the commands of the extension', () => {
    before(async () => {
      server = new Server({ Kbuild: 'obj-m += two.o\n' });
      await server.initialize({ index: 'open' }, { hasCommands: true });
    });
    after(() => server.stop());
    afterEach(() => rmSync(join(server.folder, '.lockorder'), { force: true }));

    it('are its fix first, then explanation, declaration and suppression', async () => {
      const found = cycle(await server.open('two.c', TWO));
      await server.settled('two.c');
      assert.deepEqual(await titles('two.c', found), [
        'Take first_sem before second_sem, as forwards() and 1 other function do (2 against 1)',
        ...ABOUT,
      ]);
      await server.close('two.c');
    });

    it('are available at once in a document that was just opened, including a pending fix', async () => {
      const text = TWO.replaceAll('total', 'sum');
      await server.show('new.c', text);
      // Nothing is known of it yet: the answer comes with the first result.
      const actions = await server.actionsAt('new.c', 'down(&first_sem);\n\tsum--', [], ['quickfix']);
      const [first, ...about] = actions.map(({ title }) => title.replaceAll('new.c:', 'two.c:'));
      assert.match(first ?? '', /^(Find a fix for lock-order-cycle…|Take first_sem before second_sem.*)$/);
      assert.deepEqual(about, ABOUT);
      const [{ data }] = (await server.diagnostics('new.c')) as readonly [Diagnostic];
      const { fixes } = await server.fixes('new.c', (data as DiagnosticData).id);
      const [fix] = fixes as readonly CodeAction[];
      assert.match(fix?.title ?? '', /^Take first_sem before second_sem/);
      assert.match(
        server.applied(fix ?? {}).get('new.c') ?? '',
        /down\(&first_sem\);\n\tdown\(&second_sem\);\n\tsum--/,
      );
      await server.close('new.c');
    });

    it('are available anywhere on the line on request, and only on the finding for the light bulb', async () => {
      const found = cycle(await server.open('two.c', TWO));
      const { start } = found.range;
      const lineStart = { start: { ...start, character: 0 }, end: { ...start, character: 0 } };
      const ask = async (kind: CodeActionTriggerKind): Promise<number> =>
        (await server.actionsAt('two.c', lineStart, [], ['quickfix'], kind)).length;
      assert.equal(await ask(CodeActionTriggerKind.Automatic), 0);
      assert.ok((await ask(CodeActionTriggerKind.Invoked)) >= ABOUT.length);
      await server.close('two.c');
    });

    it('do not republish diagnostics while fixes are verified', async () => {
      const told: string[] = [];
      await server.open('two.c', TWO);
      const listening = server.onDiagnostics('two.c', (edits, diagnostics) => {
        told.push(JSON.stringify([edits, diagnostics.map((each) => ({ ...each, data: undefined }))]));
      });
      await server.settled('two.c');
      listening.dispose();
      assert.deepEqual(told, [...new Set(told)]);
      await server.close('two.c');
    });

    it('name two findings on one line, the worse one first', async () => {
      await server.open('both.c', BOTH);
      for (const hint of ['sleep-in-atomic', 'lock-order-cycle']) {
        await server.configure({ index: 'open', rules: { [hint]: 'hint' } });
        const isHint = ({ code, severity }: Diagnostic): boolean =>
          code === hint && severity === DiagnosticSeverity.Hint;
        const now = await server.diagnostics('both.c', 0, (found) => found.some(isHint));
        const { range } = now.find(isHint) ?? {};
        assert.ok(range);
        const explained = (await server.actionsAt('both.c', range, now, ['quickfix'])).flatMap(
          ({ title }) => /^Explain (.*)/.exec(title)?.slice(1) ?? [],
        );
        assert.equal(explained.length, 2);
        assert.equal(explained[1], hint);
      }
      await server.configure({ index: 'open' });
      await server.close('both.c');
    });

    it('name two findings of one rule on one line by what only one of them leads through', async () => {
      const caller = (name: string): string => `
void ${name}(struct both *b)
{
	mutex_lock(&b->slow);
	helper(b);
	mutex_unlock(&b->slow);
}
`;
      const text = `#include <linux/mutex.h>
struct both { struct mutex slow; int sum; };
static void helper(struct both *b)
{
	mutex_lock(&b->slow);
	b->sum++;
	mutex_unlock(&b->slow);
}
${caller('first')}${caller('second')}`;
      const now = await server.open('alike.c', text);
      const { range } = now.find(({ code }) => code === 'self-deadlock') ?? {};
      assert.ok(range);
      const titles = (await server.actionsAt('alike.c', range, now, ['quickfix'])).map(({ title }) => title);
      const explained = titles.flatMap((title) => /^Explain (.*)/.exec(title)?.slice(1) ?? []);
      assert.deepEqual(explained.sort(), ['self-deadlock (first())', 'self-deadlock (second())']);
      // Both belong to one rule, which is disabled as a whole.
      assert.equal(titles.filter((title) => title.startsWith('Disable')).length, 1);
      await server.close('alike.c');
    });

    it('keep a verified fix while other files are edited and a larger program takes over', async () => {
      const found = cycle(await server.open('two.c', TWO));
      const isOffered = async (): Promise<boolean> =>
        (await titles('two.c', found)).some((title) => title.startsWith('Take'));
      await server.settled('two.c');
      assert.ok(await isOffered());
      await server.connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri: server.uri('driver/queue.c'), languageId: 'c', version: 1, text: CROSS_QUEUE },
      });
      for (let look = 1; look <= LOOKS; look += 1) assert.ok(await isOffered(), `gone at look ${look}`);
      await server.connection.sendNotification(DidCloseTextDocumentNotification.type, {
        textDocument: { uri: server.uri('driver/queue.c') },
      });
      await server.edit('two.c', 'total--;', 'total-- ;');
      assert.equal(await isOffered(), false, 'the text has changed');
      await server.settled('two.c');
      assert.ok(await isOffered());
      await server.close('two.c');
    });

    it('declare the order of the other side in a new .lockorder', async () => {
      const found = cycle(await server.open('two.c', TWO));
      const actions = await server.actionsAt('two.c', found.range, [found]);
      const declare = actions.find(({ title }) => title.startsWith('Declare'));
      assert.ok(declare);
      assert.equal(server.applied(declare).get('.lockorder'), 'two.c:first_sem < two.c:second_sem\n');
      writeFileSync(join(server.folder, '.lockorder'), 'a < b');
      const again = (await server.actionsAt('two.c', found.range, [found])).find(({ title }) =>
        title.startsWith('Declare'),
      );
      assert.ok(again);
      assert.equal(server.applied(again).get('.lockorder'), 'a < b\ntwo.c:first_sem < two.c:second_sem\n');
      await server.close('two.c');
    });

    it('declare it in the nearest .lockorder, including unsaved changes of that file', async () => {
      server.write('near/.lockorder', 'on < disk\n');
      await server.open('near/.lockorder', 'not < saved\n');
      const found = cycle(await server.open('near/two.c', TWO));
      const actions = await server.actionsAt('near/two.c', found.range, [found]);
      const declare = actions.find(({ title }) => title.endsWith('in near/.lockorder'));
      assert.ok(declare, actions.map(({ title }) => title).join());
      assert.match(
        server.applied(declare).get('near/.lockorder') ?? '',
        /^not < saved\n\S+first_sem < \S+\n$/,
      );
      await server.close('near/two.c');
      await server.close('near/.lockorder');
      rmSync(join(server.folder, 'near'), { recursive: true });
    });

    it('declare the order of an acquisition without a finding', async () => {
      const text = TWO.slice(0, TWO.indexOf('static int backwards'));
      await server.open('two.c', text);
      const [action, ...others] = await server.actionsAt(
        'two.c',
        'second_sem);\n\ttotal++',
        [],
        ['refactor.rewrite'],
      );
      assert.equal(action?.title, 'Declare the order first_sem < second_sem in .lockorder');
      assert.deepEqual(others, []);
      await server.close('two.c');
    });

    const suppress = async (where: string, found: Diagnostic): Promise<WorkspaceEdit> => {
      const edit: WorkspaceEdit | null = await server.connection.sendRequest(SUPPRESS, {
        uri: server.uri('two.c'),
        id: (found.data as { id: string }).id,
        where,
        reason: 'never at the same time',
      });
      assert.ok(edit);
      return edit;
    };

    it('suppress it by a comment above the line', async () => {
      const found = cycle(await server.open('two.c', TWO));
      const edit = await suppress('comment', found);
      const text = server.applied({ edit }).get('two.c') ?? '';
      assert.ok(
        text.includes(
          '\t/* lockorder-ignore lock-order-cycle: never at the same time */\n\tdown(&first_sem);\n\ttotal--',
        ),
        text,
      );
      await server.close('two.c');
      assert.deepEqual(await server.open('two.c', text), []);
      await server.close('two.c');
    });

    it('suppress it in lockorder.json, new or with existing entries', async () => {
      const config = readFileSync(join(server.folder, 'lockorder.json'), 'utf8');
      rmSync(join(server.folder, 'lockorder.json'));
      const found = cycle(await server.open('two.c', TWO));
      const fresh = server.applied({ edit: await suppress('config', found) }).get('lockorder.json') ?? '';
      const entry = {
        rule: 'lock-order-cycle',
        locks: ['two.c:first_sem', 'two.c:second_sem'],
        reason: 'never at the same time',
      };
      assert.deepEqual(JSON.parse(fresh), { ignore: [entry] });
      const old = { rule: 'self-deadlock', reason: 'old' };
      writeFileSync(join(server.folder, 'lockorder.json'), JSON.stringify({ arch: ['x86'], ignore: [old] }));
      const more = server.applied({ edit: await suppress('config', found) }).get('lockorder.json') ?? '';
      assert.deepEqual(JSON.parse(more), { arch: ['x86'], ignore: [old, entry] });
      writeFileSync(join(server.folder, 'lockorder.json'), fresh);
      await server.changedOnDisk('lockorder.json');
      await server.diagnostics('two.c', 0, (now) => now.length === 0);
      writeFileSync(join(server.folder, 'lockorder.json'), config);
      await server.changedOnDisk('lockorder.json');
      await server.diagnostics('two.c', 0, (now) => now.length > 0);
      await server.close('two.c');
    });

    it('on save apply only fixes that leave nothing to decide', async () => {
      await server.open('two.c', TWO);
      await server.settled('two.c');
      assert.deepEqual(await server.actionsAt('two.c', 'total', [], ['source.fixAll']), []);
      await server.close('two.c');
      await server.open('leak.c', TWO_LEAKS);
      await server.settled('leak.c');
      assert.ok(server.shown('leak.c').length >= 2);
      const fixAll = ['source.fixAll.lockOrder'];
      const [all, ...others] = await server.actionsAt('leak.c', 'leaks', [], fixAll);
      assert.ok(all);
      assert.deepEqual(others, []);
      assert.equal(all.kind, 'source.fixAll.lockOrder');
      const text = server.applied(all).get('leak.c') ?? '';
      await server.close('leak.c');
      assert.deepEqual(await server.open('leak.c', text), []);
      await server.close('leak.c');
    });
  });

  describe('in a plain client', () => {
    before(async () => {
      server = new Server({ Kbuild: 'obj-m += two.o\n' });
      await server.initialize({ index: 'open' });
    });
    after(() => server.stop());

    it('are only edits, with a placeholder for the reason', async () => {
      const found = cycle(await server.open('two.c', TWO));
      const actions = await server.actionsAt('two.c', found.range, [found]);
      assert.ok(actions.length >= 3);
      assert.ok(actions.every((action) => action.edit && !action.command));
      const comment = actions.find(({ title }) => title.endsWith('with a comment'));
      assert.match(
        server.applied(comment ?? {}).get('two.c') ?? '',
        /lockorder-ignore lock-order-cycle: why this is not a bug/,
      );
    });
  });
});
