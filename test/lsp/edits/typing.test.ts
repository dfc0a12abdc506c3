import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CodeActionTriggerKind, DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver/node';
import { isOwn } from '../support/server.js';
import { sharedServer, slowServer } from '../support/shared.js';
import { TWO } from '../support/texts.js';

/** A function with much that is wrong while it is half typed. */
const TYPED = `/* Says "it's" on the way; */
static int sideways(struct dev *dev, const char *s)
{
	char text[] = "down(&x); {";

#ifdef CONFIG_A
	if (!s)
		return -1;
#endif
	down(&first_sem);
	list_for_each_entry(one, &dev->list, link) {
		if (s[0] == '{') {
			down(&second_sem);
			up(&second_sem);
		}
	}
	up(&first_sem);
	return text[0] == '"';
}

`;

/** A place just above the finding that must keep its squiggle. */
const NEAR = 'static int backwards(void';

function cycles(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(isOwn).filter(({ code }) => code === 'lock-order-cycle');
}

/** The machine that the tests run on, and slow ones on which things happen in another order; `LOCKORDER_SEEDS=1,2` for more. */
const SEEDS = (process.env['LOCKORDER_SEEDS'] ?? '1').split(',').map(Number);
const MACHINES = [undefined, ...SEEDS];

for (const seed of MACHINES) {
  const machine = seed === undefined ? '' : ` on slow machine ${seed}`;
  describe(`a whole function typed${machine}`, () => {
    const server = seed === undefined ? sharedServer() : slowServer(seed);

    for (const [where, marker] of [
      ['above everything', 'static int forwards(void'],
      ['just above the finding', NEAR],
      ['below everything', ''],
    ] as const) {
      // One place is enough where all takes so long.
      if (seed !== undefined && marker !== NEAR) continue;
      it(`${where} keeps the squiggle, on the line it belongs to`, async function () {
        // Only what never comes takes so long: a slow machine on a busy one takes four minutes.
        this.timeout(1_200_000);
        const at = marker === '' ? TWO.length : TWO.indexOf(marker);
        const [before, ...others] = cycles(await server().open('typing.c', TWO));
        assert.ok(before);
        assert.deepEqual(others, []);
        const { line } = before.range.start;
        const isAbove = at < TWO.indexOf(NEAR) + 1;
        const from = TWO.slice(0, at).split('\n').length - 1;
        const wrong: string[] = [];
        // All that is published, not only what is left in the end.
        // Key by key where most can go wrong; elsewhere by words, as a completion writes them.
        const keys = marker === NEAR ? TYPED.split('') : (TYPED.match(/\w+|\s+|./g) ?? []);
        const listening = server().onDiagnostics('typing.c', (edits, diagnostics) => {
          const typed = keys.slice(0, edits).join('');
          const lines = diagnostics
            .filter(isOwn)
            .map(({ range, code }) => `${String(code)} ${range.start.line}`);
          const expected = `lock-order-cycle ${line + (isAbove ? typed.split('\n').length - 1 : 0)}`;
          if (lines.join() !== expected)
            wrong.push(`${JSON.stringify(typed.slice(-20))}: ${lines.join()}, not ${expected}`);
        });
        let [row, column] = [from, 0];
        for (const key of keys) {
          const position = { line: row, character: column };
          await server().edit('typing.c', { start: position, end: position }, key);
          const lines = key.split('\n');
          row += lines.length - 1;
          column = (lines.length > 1 ? 0 : column) + (lines.at(-1) ?? '').length;
        }
        listening.dispose();
        assert.deepEqual(wrong, []);
        await server().close('typing.c');
      });
    }
  });

  describe(`a condition typed above a release${machine}`, () => {
    const server = seed === undefined ? sharedServer() : slowServer(seed);
    const text = `#include <linux/delay.h>
#include <linux/spinlock.h>
struct fan { spinlock_t lock; int speed; };

static void fan_stop(struct fan *f)
{
	spin_lock(&f->lock);
	f->speed = 0;

	spin_unlock(&f->lock);
	msleep(10);
}
`;

    it('brings no finding below, where the lock is released', async () => {
      await server().open('fan.c', text);
      const told: string[] = [];
      const listening = server().onDiagnostics('fan.c', (edits, now) => {
        if (now.length > 0) told.push(`${edits}: ${JSON.stringify(now)}`);
      });
      // As an editor closes parentheses.
      let typed = 'f->speed = 0;';
      for (const condition of ['', 'f', 'f->speed', 'f->speed > 2']) {
        const next = `f->speed = 0;\n\tif (${condition})`;
        await server().edit('fan.c', typed, next);
        typed = next;
      }
      listening.dispose();
      assert.deepEqual(told, []);
      await server().save('fan.c');
      await server().diagnostics('fan.c', 0, (now) => now.some(({ code }) => code === 'sleep-in-atomic'));
      await server().close('fan.c');
    });
  });

  describe(`a forgotten release${machine}`, () => {
    const server = seed === undefined ? sharedServer() : slowServer(seed);
    const text = `#include <linux/mutex.h>
struct gauge { struct mutex lock; int value; };

static int gauge_read(struct gauge *g)
{
	int value;

	mutex_lock(&g->lock);
	value = g->value;
	mutex_unlock(&g->lock);
	return value;
}

static void gauge_reset(struct gauge *g)
{
	mutex_lock(&g->lock);
	g->value = 0;
	mutex_unlock(&g->lock);
}

static const struct gauge_ops gauge_ops = { .read = gauge_read, .reset = gauge_reset };
`;
    const leaks = (diagnostics: readonly Diagnostic[]): readonly (DiagnosticSeverity | undefined)[] =>
      diagnostics.filter(({ code }) => code === 'missing-unlock').map(({ severity }) => severity);

    /** Time goes by: all that is done in idle time is done, and what is then done in idle time. */
    const rest = async (name: string): Promise<void> => {
      for (let time = 0; time < 3; time += 1) {
        await server().settled(name);
        await server().pass();
      }
      await server().settled(name);
    };

    it('is a hint while the cursor is there, and a warning once it is elsewhere', async () => {
      assert.deepEqual(leaks(await server().open('forgotten.c', text)), []);
      await server().edit('forgotten.c', '\tmutex_unlock(&g->lock);\n\treturn value;', '\treturn value;');
      const hints = await server().diagnostics('forgotten.c', 0, (now) => leaks(now).length > 0);
      assert.deepEqual(leaks(hints), [DiagnosticSeverity.Hint]);
      await server().actionsAt('forgotten.c', 'g->value = 0;');
      await server().diagnostics('forgotten.c', 0, (now) => leaks(now).includes(DiagnosticSeverity.Warning));
      await server().close('forgotten.c');
    });

    it('is in the menu at once, since whoever opens it has stopped typing', async () => {
      await server().open('forgotten-asked.c', text);
      await server().edit(
        'forgotten-asked.c',
        '\tmutex_unlock(&g->lock);\n\treturn value;',
        '\treturn value;',
      );
      const { Invoked } = CodeActionTriggerKind;
      const actions = await server().actionsAt('forgotten-asked.c', 'return value;', [], undefined, Invoked);
      assert.ok(actions.some(({ title }) => title.includes('missing-unlock')));
      await server().close('forgotten-asked.c');
    });

    it('is not reported while a statement is half typed, however long that takes', async () => {
      await server().open('forgotten-half.c', text);
      const told: string[] = [];
      const listening = server().onDiagnostics('forgotten-half.c', (edits, now) => {
        if (leaks(now).length > 0) told.push(`after ${edits} edits`);
      });
      let typed = 'value = g->value;';
      for (const key of '\n\tif (') {
        await server().edit('forgotten-half.c', typed, typed + key);
        typed += key;
        // A parser may take what comes next for the condition.
        if (key === 'f') await rest('forgotten-half.c');
      }
      await server().edit(
        'forgotten-half.c',
        '\tmutex_unlock(&g->lock);\n\treturn value;',
        '\treturn value;',
      );
      for (const key of 'value < 0') {
        await server().edit('forgotten-half.c', typed, typed + key);
        typed += key;
      }
      await rest('forgotten-half.c');
      listening.dispose();
      assert.deepEqual(told, []);
      await server().edit('forgotten-half.c', typed, `${typed})\n\t\tvalue = 0;`);
      await server().diagnostics('forgotten-half.c', 0, (now) => leaks(now).length > 0);
      await server().close('forgotten-half.c');
    });

    it('is a warning when the document is saved', async () => {
      await server().open('forgotten-saved.c', text);
      await server().edit(
        'forgotten-saved.c',
        '\tmutex_unlock(&g->lock);\n\treturn value;',
        '\treturn value;',
      );
      await server().save('forgotten-saved.c');
      await server().diagnostics('forgotten-saved.c', 0, (now) =>
        leaks(now).includes(DiagnosticSeverity.Warning),
      );
      await server().close('forgotten-saved.c');
    });

    it('stays a hint if it was there before', async () => {
      const without = text.replace('\tmutex_unlock(&g->lock);\n\treturn value;', '\treturn value;');
      assert.deepEqual(leaks(await server().open('forgotten-before.c', without)), [DiagnosticSeverity.Hint]);
      const after = await server().edit('forgotten-before.c', 'value = g->value;', 'value = g->value + 1;');
      assert.deepEqual(leaks(after), [DiagnosticSeverity.Hint]);
      await server().save('forgotten-before.c');
      assert.deepEqual(leaks(await server().edit('forgotten-before.c', 'g->value = 0;', 'g->value = 1;')), [
        DiagnosticSeverity.Hint,
      ]);
      await server().close('forgotten-before.c');
    });
  });
}
