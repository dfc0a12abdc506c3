import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scanSchema, type ScanOutput } from '../../../../analysis/report/formats/schema.js';
import { within } from '../../host/temporary.js';
import { lockorder } from '../run.js';
import { CLEAN, CYCLE } from '../sources.js';

function parse(out: string): ScanOutput {
  return scanSchema.parse(JSON.parse(out));
}

describe('scan', () => {
  it('finds a cycle, and exits with 1', () =>
    within({ 'a.c': CYCLE }, async ({ path }) => {
      const { code, out, err } = await lockorder(['scan', '--format', 'json'], path);
      assert.equal(err, '');
      assert.equal(code, 1);
      const { findings, skipped, stats } = parse(out);
      assert.deepEqual(
        findings.map(({ rule, at }) => `${rule} ${at.file} ${at.function}`),
        ['lock-order-cycle a.c other_way'],
      );
      assert.deepEqual(skipped, []);
      assert.equal(stats, undefined);
    }));

  it('prints its story with source lines in text format', () =>
    within({ 'a.c': CYCLE }, async ({ path }) => {
      const { code, out } = await lockorder(['scan'], path);
      assert.equal(code, 1);
      assert.match(out, /^error\[lock-order-cycle\]: /);
      assert.match(out, /17 \| {9}down\(&first\);\n +\| {9}\^{12} /);
    }));

  it('exits with 0 for clean code, and has no findings for a file without code', () =>
    within({ 'a.c': CLEAN, 'empty.c': '' }, async ({ path }) => {
      assert.deepEqual(await lockorder(['scan'], path), { code: 0, out: 'no findings\n', err: '' });
    }));

  it('follows the calls of a single file into the files beside it, and reports nothing else of them', () => {
    const start = [
      '#include <linux/mutex.h>',
      'static DEFINE_MUTEX(own);',
      'int help(void);',
      'void again(void) { mutex_lock(&own); help(); mutex_unlock(&own); }',
      'void begin(void) { mutex_lock(&own); mutex_unlock(&own); }',
    ].join('\n');
    const files = {
      'start.c': start,
      'helper.c': 'void begin(void);\nint help(void) { begin(); return 0; }\n',
      'apart.c': CYCLE,
      'binary.c': Buffer.from([0x7f, 0x45, 0, 1]),
    };
    return within(files, async ({ path }) => {
      const { out, err } = await lockorder(['scan', 'start.c', '--stats', '--format', 'json'], path);
      assert.equal(err, '', 'nobody named binary.c');
      const { findings, skipped, stats } = parse(out);
      assert.deepEqual(
        findings.map(({ rule, story }) => [rule, ...story.map(({ file }) => file)].join(' ')),
        ['self-deadlock start.c start.c helper.c start.c'],
      );
      assert.deepEqual(skipped, []);
      assert.equal(stats?.files, 1);
      // A change beside it counts, and a file without anything in common with it does not.
      writeFileSync(join(path, 'helper.c'), 'int help(void) { return 0; }\n');
      assert.equal((await lockorder(['scan', 'start.c'], path)).out, 'no findings\n');
    });
  });

  it('finds what begins in a file beside the named one and goes wrong in this one', () => {
    const files = {
      'card.h': [
        'struct card { spinlock_t lock; const struct card_ops *ops; };',
        'struct card_ops { long (*copy)(struct card *c, char __user *to); };',
        'extern const struct card_ops card_ops;',
      ].join('\n'),
      'read.c': [
        '#include "card.h"',
        'void card_bind(struct card *c) { c->ops = &card_ops; }',
        'long card_read(struct card *c, char __user *to)',
        '{ long n; spin_lock(&c->lock); n = c->ops->copy(c, to); spin_unlock(&c->lock); return n; }',
      ].join('\n'),
      'copy.c': [
        '#include "card.h"',
        'static long card_copy(struct card *c, char __user *to) { return copy_to_user(to, c, 4); }',
        'const struct card_ops card_ops = { .copy = card_copy };',
      ].join('\n'),
    };
    return within(files, async ({ path }) => {
      const { out } = await lockorder(['scan', 'copy.c', '--format', 'json'], path);
      assert.deepEqual(
        parse(out).findings.map(({ rule, at }) => `${rule} ${at.file}`),
        ['sleep-in-atomic read.c'],
      );
    });
  });

  it('gives the same bytes with any number of threads and a cold, warm or no cache', () =>
    within({ 'a.c': CYCLE, 'b.c': CYCLE.replaceAll('_way', '_path'), 'd/c.c': CLEAN }, async ({ path }) => {
      const scan = async (...words: string[]): Promise<string> =>
        (await lockorder(['scan', '--format', 'json', ...words], path)).out;
      const once = await scan('--no-cache', '--jobs', '1');
      assert.ok(parse(once).findings.length > 0);
      for (const words of [
        ['--jobs', '2'],
        ['--jobs', '1'],
        ['--jobs', '2'],
        ['--no-cache', '--jobs', '2'],
      ]) {
        assert.equal(await scan(...words), once, words.join(' '));
      }
    }));

  it('reports files that it cannot read, and continues', () =>
    within({ 'a.c': CYCLE, 'binary.c': Buffer.from([0x7f, 0x45, 0, 1]) }, async ({ path }) => {
      const { code, out, err } = await lockorder(
        ['scan', 'a.c', 'binary.c', 'missing.c', '--format', 'json'],
        path,
      );
      assert.equal(code, 2);
      assert.equal(parse(out).findings.length, 1);
      assert.deepEqual(parse(out).skipped, [
        { file: 'binary.c', reason: 'not-text' },
        { file: 'missing.c', reason: 'not-found' },
      ]);
      assert.match(err, /binary\.c: not text[^]*missing\.c: no such file/);
    }));

  it('reads Latin-1, CRLF and incomplete code', () =>
    within(
      {
        'latin.c': Buffer.from(CYCLE.replace('HEAD', '').replace('{', '{ /* ä */'), 'latin1'),
        'crlf.c': CYCLE.replaceAll('\n', '\r\n'),
        'broken.c': `${CYCLE}\nvoid half(void)\n{\n\tif (x {\n\tdown(&`,
        'braces.c': `}}}\n${CYCLE}{{{`,
      },
      async ({ path }) => {
        const { code, out } = await lockorder(['scan', '--format', 'json', '--no-cache'], path);
        assert.equal(code, 1);
        const files = new Set(parse(out).findings.map(({ at }) => at.file));
        for (const file of ['latin.c', 'crlf.c', 'broken.c']) assert.ok(files.has(file), file);
        assert.deepEqual(parse(out).skipped, []);
      },
    ));

  it('fails at the level of --fail-on', () =>
    within(
      { 'a.c': CYCLE, 'lockorder.json': '{"rules":{"lock-order-cycle":"warning"}}' },
      async ({ path }) => {
        const code = async (...words: string[]): Promise<number> =>
          (await lockorder(['scan', ...words], path)).code;
        assert.equal(await code(), 1);
        assert.equal(await code('--fail-on', 'error'), 0);
        assert.equal(await code('--fail-on', 'never'), 0);
        assert.equal(await code('--rules', 'self-deadlock'), 0);
      },
    ));

  it('hides findings of a baseline', () =>
    within({ 'a.c': CYCLE }, async ({ path }) => {
      const written = await lockorder(['scan', '--write-baseline', 'known.json'], path);
      assert.equal(written.code, 0);
      assert.equal(written.out, '');
      assert.match(written.err, /1 finding written to known\.json/);
      assert.equal((await lockorder(['scan', '--baseline', 'known.json'], path)).code, 0);
      writeFileSync(join(path, 'a.c'), CYCLE.replaceAll('first', 'third'));
      assert.equal((await lockorder(['scan', '--baseline', 'known.json'], path)).code, 1);
    }));

  it('obeys suppression comments, and reports an unused one', () =>
    within(
      {
        'a.c': CYCLE.replace(
          'void other_way',
          '/* lockorder-ignore lock-order-cycle: a test */\nvoid other_way',
        ),
      },
      async ({ path }) => {
        assert.equal((await lockorder(['scan'], path)).code, 0);
        writeFileSync(join(path, 'a.c'), `// lockorder-ignore lock-order-cycle: a test\n${CLEAN}`);
        const { code, err } = await lockorder(['scan'], path);
        assert.equal(code, 0);
        assert.match(err, /a\.c:1: lockorder-ignore lock-order-cycle suppresses nothing/);
      },
    ));

  it('reports settings entries that match nothing, with their lines, if the whole tree is read', () => {
    const settings = `{
      "models": [
        { "name": "acme_lock", "acquire": { "kind": "spinlock" } },
        { "name": "helper", "noreturn": true },
        { "acquire": [{ "name": "other" }], "release": [{ "name": "both" }] },
        { "type": "struct acme", "lock": "mutex" },
        { "field": "ops.open", "runsIn": "process" },
        { "field": "ops.close", "runsIn": "process" },
        { "name": "MY_MUTEX", "declarator": { "type": "struct mutex", "nameArg": 0 } }
      ],
      "ignore": [{ "rule": "irq-state", "reason": "none" }]
    }`;
    const source = `${CLEAN}\nstruct ops { int (*open)(void); };\n#define both() helper()\nstatic MY_MUTEX(m);\n`;
    return within({ 'a.c': source, 'sub/b.c': CLEAN, 'lockorder.json': settings }, async ({ path }) => {
      const { code, err } = await lockorder(['scan'], path);
      assert.equal(code, 0, err);
      const said = [...err.matchAll(/lockorder\.json:(\d+): (.*)/g)].map(
        ([, line, text]) => `${line} ${text}`,
      );
      assert.deepEqual(said, [
        '11 ignore[0] (none) suppresses nothing of high confidence',
        '3 models[0]: no file has acme_lock()',
        '5 models[2]: no file has other()',
        '6 models[3]: no file has struct acme',
        '8 models[5]: no file has ops.close',
      ]);
      assert.doesNotMatch((await lockorder(['scan', 'sub'], path)).err, /lockorder\.json/);
    });
  });

  it('writes to the file of --out, and prints counts with --stats', () =>
    within({ 'a.c': CYCLE }, async ({ path }) => {
      const { out } = await lockorder(['scan', '--format', 'json', '--stats', '--out', 'out.json'], path);
      assert.equal(out, '');
      const { stats } = parse(readFileSync(join(path, 'out.json'), 'utf8'));
      assert.equal(stats?.files, 1);
      assert.equal(stats.lockSites, 12);
      assert.equal(stats.lockSitesParsed, 12);
      assert.equal(stats.lockSitesResolved, 12);
      assert.equal(stats.functionsComplete, 3);
    }));
});

describe('explain', () => {
  it('prints the story of a finding, given by id or line', () =>
    within({ 'a.c': CYCLE }, async ({ path }) => {
      const [finding] = parse((await lockorder(['scan', '--format', 'json'], path)).out).findings;
      assert.ok(finding);
      const { code, out } = await lockorder(['explain', finding.id], path);
      assert.equal(code, 0);
      assert.match(out, /CPU0 +CPU1/);
      assert.equal((await lockorder(['explain', '.', `a.c:${finding.at.line}`], path)).out, out);
    }));

  it('names places as paths from the current folder, which it takes again', () =>
    within({ 'sub/a.c': CYCLE, 'lockorder.json': '{}' }, async ({ path }) => {
      const here = join(path, 'sub');
      const [finding] = parse((await lockorder(['scan', '--format', 'json'], here)).out).findings;
      assert.ok(finding);
      assert.equal(finding.at.file, 'sub/a.c');
      for (const words of [['explain'], ['explain', '--no-cache']]) {
        const { code, out } = await lockorder([...words, `a.c:${finding.at.line}`], here);
        assert.equal(code, 0);
        assert.match(out, /^Place: +a\.c:17 in other_way\(\)$/m);
        assert.match(out, /one_way\(\) takes .* \[a\.c:\d+\]/);
        assert.doesNotMatch(out, /[[/ ]sub\/a\.c:\d/);
      }
      const plan = await lockorder(['plan', finding.id], here);
      assert.match(plan.out, /^ {2}a\.c:17: /m);
      assert.match(plan.out, /one_way\(\) at a\.c:\d+/);
    }));

  it('says that the file of a line does not exist, rather than that no finding passes through it', () =>
    within({ 'a.c': CYCLE }, async ({ path }) => {
      const { code, err } = await lockorder(['explain', 'b.c:3'], path);
      assert.equal(code, 2);
      assert.match(err, /^lockorder: b\.c: no such file$/m);
    }));
});

describe('check', () => {
  it('prints compiler messages and exits with 0', () =>
    within({ 'a.c': CYCLE }, async ({ path }) => {
      const { code, out } = await lockorder(['check', '-D__KERNEL__', '-Iinclude', '-O2', 'a.c'], path);
      assert.equal(code, 0);
      assert.match(out, /^a\.c:17:2: error: .* \[lock-order-cycle\]\n/);
      assert.equal((await lockorder(['check', 'a.c', '--fail-on', 'any'], path)).code, 1);
    }));
});

describe('graph', () => {
  it('prints the two edges of the cycle', () =>
    within({ 'a.c': CYCLE }, async ({ path }) => {
      const { code, out } = await lockorder(['graph', '--format', 'dot'], path);
      assert.equal(code, 0);
      assert.equal(out.match(/ -> /g)?.length, 2);
    }));

  it('draws the same image every time, with the cycle marked', () =>
    within({ 'a.c': CYCLE }, async ({ path }) => {
      const { code, out } = await lockorder(['graph', '--format', 'svg'], path);
      assert.equal(code, 0);
      assert.equal(out.match(/class="edge reported"/g)?.length, 2);
      const around = ['graph', '--format', 'svg', '--jobs', '1', '--no-cache', '--around', 'first'];
      const other = await lockorder(around, path);
      assert.match(other.out, /class="node centre reported"/);
      assert.equal((await lockorder(around.slice(0, 3), path)).out, out);
    }));
});

describe('scan --print', () => {
  const expected: Readonly<Record<string, RegExp>> = {
    outline: /^function .*other_way/m,
    shadow: /void other_way|down\(&second\)/,
    tree: /^ +call_expression$/m,
    summary: /acquire &?first by down/,
    link: /^one_way a\.c:6$/m,
    effects: /^other_way\n(?: .*\n)* +17:2 acquire with a\.c:second$/m,
    graph: /^a\.c:first \(write\) -> a\.c:second \(write\) high$/m,
  };
  for (const [stage, pattern] of Object.entries(expected)) {
    it(`prints the ${stage} of a file`, () =>
      within({ 'a.c': CYCLE }, async ({ path }) => {
        const { code, out, err } = await lockorder(['scan', '--print', stage, 'a.c'], path);
        assert.match(out, pattern);
        assert.deepEqual({ code, err }, { code: 0, err: '' });
      }));
  }

  it('refuses to print a stage of a folder before it analyses anything', () =>
    within({ 'drivers/a.c': CYCLE }, async ({ path }) => {
      const { code, err } = await lockorder(['scan', '--print', 'effects', 'drivers'], path);
      assert.match(err, /--print needs the path of one file/);
      assert.equal(code, 2);
    }));
});
