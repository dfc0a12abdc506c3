import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { dedent, show, skeletonOf, summaryOf } from './lowered.js';

describe('summaries of files', () => {
  it('contain the skeletons of functions that lock, directly or through a macro of the file', () => {
    const { skeletons } = summaryOf(`
      #define LOCK(d) INNER(d)
      #define INNER(d) mutex_lock(&(d)->a)
      #define again mutex_lock
      void none(void) { work(); }
      void self(struct dev *d) { mutex_lock(&d->a); }
      void byMacro(struct dev *d) { LOCK(d); }
      void byAlias(struct dev *d) { again(&d->a); }
    `);
    assert.deepEqual(
      [...skeletons.values()].map(({ name, lockSites }) => [name, lockSites]),
      [
        ['self', 1],
        ['byMacro', 0],
        ['byAlias', 0],
      ],
    );
  });

  it('have lines relative to the function and columns of the file', () => {
    const skeleton = skeletonOf(
      'int x;\nEXPORT int f(struct dev *d) { mutex_lock(&d->a);\n  return mutex_trylock(&d->b); }\n',
    );
    const spans = skeleton.blocks.flatMap(({ events }) => events.map(({ at }) => at));
    assert.deepEqual(spans, [
      { line: 0, column: 31, endLine: 0, endColumn: 48 },
      { line: 1, column: 10, endLine: 1, endColumn: 30 },
    ]);
  });

  it('place events of a macro at its use', () => {
    const skeleton = skeletonOf(
      '#define L(d) do { mutex_lock(&(d)->a); } while (0)\nvoid f(struct dev *d)\n{\n\tL(d);\n}\n',
    );
    assert.deepEqual(
      skeleton.blocks[0]?.events.map(({ at }) => at),
      [{ line: 2, column: 2, endLine: 2, endColumn: 6 }],
    );
  });

  it('record a gap for code that does not parse, and continue after it', () => {
    const skeleton = skeletonOf(
      'void f(struct dev *d)\n{\n\tmutex_lock(&d->a);\n\tx = = 3;\n\tmutex_unlock(&d->a);\n}\n',
    );
    assert.deepEqual(
      skeleton.gaps.map(({ kind, at }) => [kind, at.line]),
      [['syntax-error', 3]],
    );
    assert.equal(skeleton.lockSites, 2);
  });

  it('record a gap for a function that is nested too deeply', () => {
    const skeleton = skeletonOf(
      `void f(void) { mutex_lock(&a); x = ${'('.repeat(30_000)}1${')'.repeat(30_000)}; }`,
    );
    assert.deepEqual(
      skeleton.gaps.map(({ kind }) => kind),
      ['function-too-large', 'lock-outside-tree'],
    );
  });
});

describe('skeletons of macros', () => {
  /** The macro skeletons of a file, as text by name. */
  function macros(code: string): Record<string, string> {
    const { macroSkeletons } = summaryOf(code);
    return Object.fromEntries(
      [...macroSkeletons.values()].map((skeleton) => [skeleton.name, show(skeleton)]),
    );
  }

  it('return the value of an expression', () => {
    assert.deepEqual(macros('#define TRY(d) \\\n\tmutex_trylock(&(d)->a)\n'), {
      TRY: dedent(`
        b0:
          %0 = try &d->a by mutex_trylock(&d->a)
          return %0`),
    });
  });

  it('expand macros of the file', () => {
    assert.deepEqual(
      macros(
        '#define A(d) spin_lock(&(d)->a)\n#define B(d, ...) do { A(d); log(#d, ##__VA_ARGS__); } while (0)\n',
      ),
      {
        A: dedent(`
        b0:
          %0 = acquire &d->a by spin_lock(&d->a)
          return %0`),
        B: dedent(`
        b0:
          acquire &d->a by spin_lock(&d->a)
          call log(d, __VA_ARGS__)
          return`),
      },
    );
  });

  it('do not name a member that is a parameter, and end where the calling function would', () => {
    assert.deepEqual(macros('#define M(d, f) do { if (!(d)) return -1; mutex_lock(&(d)->f); } while (0)\n'), {
      M: dedent(`
        b0:
          if d then b1 else b2
        b1:
          acquire &? by mutex_lock(&?)
          return
        b2:
          stop`),
    });
  });

  it('skip macros that define functions', () => {
    assert.deepEqual(macros('#define SHOW(n) static int show_##n(void) { mutex_lock(&n); return 0; }\n'), {});
  });
});
