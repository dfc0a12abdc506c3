import assert from 'node:assert/strict';
import { within } from '../../host/temporary.js';
import { lockorder } from '../run.js';

describe('usage of the command line', () => {
  const failing: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an unknown command', ['frobnicate'], /unknown command/],
    ['an unknown option', ['scan', '--colour'], /unknown option/],
    ['an unknown format', ['scan', '--format', 'xml'], /Allowed choices are text, gcc, json, sarif, github/],
    ['an unknown rule', ['scan', '--rules', 'self-deadlock,nonsense'], /No rule 'nonsense'/],
    ['a number of jobs that is none', ['scan', '--jobs', '0'], /positive integer/],
    ['a directory for settings', ['scan', '--config', 'empty', 'a.c'], /empty: a directory, not a file/],
    ['a directory for a log', ['evidence', 'empty'], /empty: a directory, not a file/],
    [
      'a file to explain without a line',
      ['explain', 'a.c'],
      /'a\.c' is a path; name a line of a file, as FILE:LINE/,
    ],
    [
      'a path instead of a lock',
      ['why', 'empty', 'x'],
      /name two locks, .* behind the paths; 'empty' is a path/,
    ],
    [
      'a path that is not there, before the locks',
      ['why', 'nowhere', 'x', 'y'],
      /nowhere: no such file or dir/,
    ],
    [
      'one lock twice',
      ['why', 'a.c', 'x', 'x'],
      /both names mean one class, 'x', which has no order with itself/,
    ],
    ['no lock', ['why'], /missing required argument 'lock'/],
    ['a root that is not there', ['scan', '--root', 'nowhere'], /--root nowhere: no such directory/],
    ['a path that is not there', ['scan', 'nowhere.c'], /nowhere\.c: no such file[^]*nothing could be read/],
    ['a folder without C', ['scan', 'empty'], /empty: contains no C files/],
    ['a baseline that is not there', ['scan', '--baseline', 'b.json', 'a.c'], /b\.json: no such file/],
    [
      'a configuration that is wrong',
      ['scan', '--config', 'bad.json', 'a.c'],
      /bad\.json:\d+: rules: unknown rule “x”/,
    ],
    ['a missing finding', ['explain', 'a.c', 'f00d'], /no finding 'f00d'/],
    ['a line no finding passes through', ['explain', 'a.c', 'a.c:1'], /a\.c:1: no finding passes/],
    [
      'a lock class that does not exist',
      ['graph', 'a.c', '--format', 'dot', '--around', 'x'],
      /no lock class 'x'/,
    ],
    ['no finding to explain', ['explain'], /missing required argument 'finding'/],
    ['no finding to plan for', ['plan'], /missing required argument 'id'/],
    ['no file to check', ['check'], /missing required argument 'file'/],
    [
      'a folder for summaries that cannot be made',
      ['summarize', 'a.c', '-o', '/proc/nowhere/x'],
      /ENOENT: no such file or directory, mkdir '\/proc\/nowhere'/,
    ],
    ['a folder for summaries that is a file', ['summarize', 'a.c', '-o', 'a.c'], /a\.c: not a directory/],
    ['no C file to check', ['check', '-O2'], /none of the arguments is a C file/],
    ['a language server without a way to talk', ['lsp'], /--stdio/],
  ];
  for (const [what, words, expected] of failing) {
    it(`exits with 2 and a message for ${what}`, () =>
      within(
        { 'a.c': 'int a;\n', 'empty/x.txt': '', 'bad.json': '{"rules":{"x":"off"}}' },
        async ({ path }) => {
          const { code, out, err } = await lockorder(words, path);
          assert.match(err, expected);
          assert.deepEqual({ code, out }, { code: 2, out: '' });
        },
      ));
  }

  it('prints its version and help, and exits with 0', () =>
    within({}, async ({ path }) => {
      assert.match((await lockorder(['--version'], path)).out, /^\d+\.\d+\.\d+\n$/);
      const help = await lockorder(['scan', '--help'], path);
      assert.equal(help.code, 0);
      assert.match(help.out, /--fail-on/);
    }));

  it('shows the words of each command in their order', () =>
    within({}, async ({ path }) => {
      const { out } = await lockorder(['--help'], path);
      assert.match(out, /^ {2}why \[path\.\.\.\] <lock> <lock> {2}/m);
      assert.match(out, /^ {2}validate \[path\.\.\.\] \[id\] {2}/m);
      for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
      assert.match((await lockorder(['graph', '--help'], path)).out, /output format, required/);
    }));

  it('names a file that is not C, which it reads as C', () =>
    within({ 'x.txt': 'int a;\n', 'a.c': 'int b;\n', 'b/c.c': 'int c;\n' }, async ({ path }) => {
      for (const command of ['scan', 'fix']) {
        const { code, err } = await lockorder([command, 'x.txt', 'a.c', 'b'], path);
        assert.equal(code, 0);
        assert.equal(err, 'lockorder: x.txt: neither .c nor .h; it was read as C\n');
      }
    }));
});
