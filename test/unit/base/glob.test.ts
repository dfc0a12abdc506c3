import assert from 'node:assert/strict';
import { minimatch } from 'minimatch';
import { parseGlobs } from '../../../analysis/base/glob.js';

function matches(glob: string, path: string): boolean {
  const parsed = parseGlobs([glob]);
  assert.ok('matches' in parsed, `${glob}: ${'error' in parsed ? parsed.error : ''}`);
  return parsed.matches(path);
}

/** The same pieces in every order, from a generator that always gives the same numbers. */
function* samples(pieces: readonly string[], most: number, count: number): Generator<string> {
  let seed = 12345;
  const next = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  for (let each = 0; each < count; each += 1) {
    let text = '';
    for (let length = 1 + next(most); length > 0; length -= 1) text += pieces[next(pieces.length)] ?? '';
    yield text;
  }
}

describe('globs', () => {
  it('agree with a widely used library', () => {
    const paths = [...new Set(samples(['a', 'b', 'ab', 'a.c', '/', '/', '.c', '1', '.'], 6, 400))].filter(
      (path) => !/^\/|\/\/|\/$|(?:^|\/)\.{1,2}(?:\/|$)/.test(path),
    );
    const globs = [
      ...new Set(samples(['a', 'b', '*', '?', '/', '**/', '/**', '.c', '[ab]', '{a,b}', '{b/,}'], 5, 1500)),
    ]
      // Two stars that are no segment of their own, and ends that are none, mean several things to several tools.
      .filter(
        (glob) =>
          !/\*\*\*|[^/]\*\*|\*\*[^/]|^\/|\/\/|\/$|,\}|\/\{|\*\?|\?\*|\*\[|\*\{|\]\*|\/\*\*$/.test(glob),
      );
    assert.ok(globs.length > 100 && paths.length > 60, `${globs.length} globs, ${paths.length} paths`);
    for (const glob of globs) {
      const expected = minimatch.filter(glob);
      for (const path of paths) assert.equal(matches(glob, path), expected(path), `${glob} on ${path}`);
    }
  });

  it('accept typical patterns', () => {
    const cases: readonly [glob: string, yes: readonly string[], no: readonly string[]][] = [
      ['drivers/**', ['drivers', 'drivers/a.c', 'drivers/md/raid/a.c'], ['driver/a.c', 'drivers/.git/a.c']],
      ['**/*_test.c', ['a_test.c', 'x/y/a_test.c'], ['a_test.h']],
      ['**/md/**/*.h', ['md/a.h', 'drivers/md/x/y/a.h'], ['md.h']],
      ['!drivers/**', ['net/a.c'], ['drivers/a.c']],
      ['./drivers/*.c', ['drivers/a.c'], ['drivers/md/a.c']],
      ['drivers/@(md|net)/*.c', ['drivers/md/a.c', 'drivers/net/a.c'], ['drivers/usb/a.c']],
      ['raid{1,10,5?}.c', ['raid1.c', 'raid10.c', 'raid56.c'], ['raid5.c']],
      ['v{1..3}/a{,b}.c', ['v1/a.c', 'v3/ab.c'], ['v4/a.c']],
      ['a\\*.c', ['a*.c'], ['ab.c']],
      ['a[0-9\\]].c', ['a7.c', 'a].c'], ['ax.c']],
      ['a[.c', ['a[.c'], ['a.c']],
      ['a{b.c', ['a{b.c'], ['ab.c']],
      ['{x}.c', ['{x}.c'], ['x.c']],
      ['[!a]*b.c', ['1b.c', 'bb.c'], ['ab.c']],
      ['?ä*.c', ['xäy.c'], ['ä.c']],
      ['.*/*.c', ['.hidden/a.c'], ['a/b.c']],
    ];
    for (const [glob, yes, no] of cases) {
      for (const path of yes) assert.ok(matches(glob, path), `${glob} on ${path}`);
      for (const path of no) assert.ok(!matches(glob, path), `${glob} on ${path}`);
    }
  });

  // An exponential matcher would not come back: the time limit of the test is what fails then.
  it('terminate on malicious patterns', () => {
    const path = `${'a'.repeat(250)}/`.repeat(15) + 'a'.repeat(250);
    const globs = [
      `${'*a'.repeat(500)}b`,
      `${'**/*a*a*a/'.repeat(200)}b`,
      `${'*[a-z]'.repeat(300)}b`,
      `${'?*'.repeat(300)}b`,
    ];
    for (const glob of globs) assert.ok(!matches(glob, path));
  });

  it('are rejected beyond a budget, or with unsupported syntax', () => {
    const wrong: readonly [glob: string, reason: RegExp][] = [
      ['{a,b}'.repeat(30), /too long/],
      ['{1..1000000}', /too long/],
      [`${'{a,'.repeat(30)}b${'}'.repeat(30)}`, /too deep|too long/],
      ['x'.repeat(20_000), /too long/],
      ['', /empty/],
      ['+(a|b).c', /not supported/],
    ];
    for (const [glob, reason] of wrong) {
      const parsed = parseGlobs(['fine', glob]);
      assert.ok('error' in parsed && parsed.index === 1, glob.slice(0, 20));
      assert.match(parsed.error, reason);
    }
  });
});
