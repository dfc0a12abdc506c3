import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { published } from '../support/published.js';
import { ROOT } from '../support/root.js';
import { filesUnder, read } from '../support/sources.js';
import { lockorder } from '../unit/cli/run.js';

const TIMEOUT_MS = 600_000;
/** Pages whose commands are run as they are printed. */
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...filesUnder('docs').filter((file) => /^docs\/[\w-]+\.md$/.test(file)),
];

/** Blocks that this test does not run, by a part of them, and what runs them instead. */
const ELSEWHERE: readonly (readonly [part: string, by: string])[] = [
  ['npm run example', 'needs the packages; test/unit/cli/commands/scan.test.ts scans the examples'],
  ['npm test', 'what runs this test'],
  ['npm run vscode', 'opens an editor; test/e2e does'],
  ['npm pack', 'done before, without compiling again'],
  ['git rev-parse -q --verify HEAD', 'the hook, below'],
  ['make C=2', 'a kernel tree: bench/proof/check.sh'],
  ['sbatch', 'a cluster: bench/proof/engines.sh'],
  ['node schemas/generate.mjs', 'changes the repository: test/tidy/adding-a-rule.test.ts'],
  ['out/bench/pages/model-records.js', 'needs unpacked kernels'],
  ['out/bench/pages/called-under.js', 'needs an unpacked kernel'],
  ['out/bench/pages/taken-inside.js', 'needs an unpacked kernel'],
  ['out/bench/pages/layouts.js', 'needs an unpacked kernel'],
  ['sudo drgn', 'needs a kernel that hangs'],
  ['out/bench/proof/lockdep.js', 'builds and boots a kernel'],
];

/** Exit codes other than 0 that say something about the code, not about the command. */
const ANSWERS: readonly (readonly [command: RegExp, statuses: readonly number[]])[] = [
  [/\blockorder (?:scan|fix|link) /, [1]],
  [/\blockorder validate /, [1, 3]],
];

/** Two functions that take two locks in two orders, the second of the other function at a line. */
function source(name: string, line = 20): string {
  const first = `static DEFINE_MUTEX(${name}_a);\nstatic DEFINE_MUTEX(${name}_b);\nvoid ${name}_one(void)\n{\n\tmutex_lock(&${name}_a);\n\tmutex_lock(&${name}_b);\n\tmutex_unlock(&${name}_b);\n\tmutex_unlock(&${name}_a);\n}\n`;
  const blank = '\n'.repeat(line - first.split('\n').length - 4);
  return `#include <linux/mutex.h>\n${first}${blank}void ${name}_two(void)\n{\n\tmutex_lock(&${name}_b);\n\tmutex_lock(&${name}_a);\n\tmutex_unlock(&${name}_a);\n\tmutex_unlock(&${name}_b);\n}\n`;
}

const FILES: Readonly<Record<string, string>> = {
  'drivers/md/raid5.c': source('raid', 123),
  'drivers/scsi/x/x.c': source('x'),
  'fs/ext4/e.c': source('e'),
  'net/core/n.c': source('n'),
  'sound/core/s.c': source('s'),
  // No kind of repair is proven yet: without this there is no patch to apply.
  'lockorder.json': '{ "fixes": "all" }\n',
};

/** The blocks of a page in a language, by default those that a shell runs, in order. */
function blocks(page: string, language = 'sh'): readonly string[] {
  return [...read(page).matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, text = '']) => text,
  );
}

/** Commands of a page, in blocks and in running text: a subcommand and what follows it. */
function commands(page: string): readonly (readonly [subcommand: string, rest: string])[] {
  return [...read(page).matchAll(/\blockorder ([a-z]+)\b([^`\n#|]*)/g)].map(([, name = '', rest = '']) => [
    name,
    rest,
  ]);
}

/** The parts of a listing between its ellipses, without blanks at the ends of lines. */
function partsOf(listing: string): readonly string[] {
  return trimmed(listing)
    .split(/^…\n/m)
    .filter((part) => part !== '');
}

const trimmed = (text: string): string => text.replace(/[ \t]+$/gm, '');

const CAPTURED = join(ROOT, 'test/unit/evidence/samples/captured');

describe('the commands of the documentation', function () {
  this.timeout(TIMEOUT_MS);
  let scratch = '';
  let env: NodeJS.ProcessEnv = {};

  function run(cwd: string, script: string): { readonly status: number | null; readonly text: string } {
    const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', script], {
      cwd,
      env,
      encoding: 'utf8',
    });
    return { status, text: `${script}\n${stdout}${stderr}` };
  }

  function must(cwd: string, script: string): void {
    const { status, text } = run(cwd, script);
    assert.equal(status, 0, text);
  }

  /** A small tree with the paths that the pages name, at revisions that they name. */
  function makeTree(tree: string): void {
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    must(
      tree,
      'git init -q -b main && git add . && git commit -qm one && git tag v6.1 && git switch -qc topic',
    );
    writeFileSync(join(tree, 'drivers/md/new.c'), source('fresh'));
    must(tree, 'git add . && git commit -qm two && git branch -f origin/main main');
  }

  /** Logs and tables of one run under the names of the page, and the source of the module that they are about. */
  function putEvidence(tree: string): void {
    cpSync(join(ROOT, 'bench/proof/module'), join(tree, 'vending'), { recursive: true });
    for (const [name, as] of [
      ['circular.log', ['dmesg.txt', 'run.log', 'old/dmesg.txt', 'new/dmesg.txt']],
      ['lockdep.txt', ['lockdep.txt', 'run.lockdep', 'old/lockdep.txt', 'new/lockdep.txt']],
    ] as const)
      for (const path of as) {
        mkdirSync(dirname(join(tree, path)), { recursive: true });
        cpSync(join(CAPTURED, name), join(tree, path));
      }
  }

  /** The id of a finding of the tree. */
  function someFinding(tree: string): string {
    const { stdout } = spawnSync('lockorder', ['scan', '--format', 'json', '.'], {
      cwd: tree,
      env,
      encoding: 'utf8',
    });
    const { findings } = JSON.parse(stdout) as { findings: readonly { readonly id: string }[] };
    return findings[0]?.id ?? '';
  }

  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'lockorder-docs-'));
    env = {
      ...process.env,
      HOME: scratch,
      PATH: [join(scratch, 'global/bin'), process.env['PATH']].join(delimiter),
      XDG_CACHE_HOME: join(scratch, 'cache'),
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@example.org',
      GIT_COMMITTER_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@example.org',
      npm_config_prefix: join(scratch, 'global'),
      npm_config_cache: join(scratch, 'npm'),
      BASE: 'main',
      HEAD: 'topic',
    };
    must(published(), 'npm install --silent --offline --global ./lockorder-*.tgz');
    mkdirSync(join(scratch, 'linux'));
    makeTree(join(scratch, 'linux'));
  });
  after(() => rmSync(scratch, { recursive: true, force: true }));

  for (const page of PAGES) {
    it(`run as ${page} prints them`, () => {
      const tree = join(scratch, 'linux');
      // What one page wrote is not there for the next.
      must(tree, 'git reset -q --hard topic && git clean -qfdx');
      if (page === 'docs/scaling.md') cpSync(join(ROOT, 'examples/build/Makefile'), join(tree, 'Makefile'));
      if (page === 'docs/evidence.md') putEvidence(tree);
      for (const block of blocks(page)) {
        if (ELSEWHERE.some(([part]) => block.includes(part))) continue;
        // Each line by itself, so that no failure hides behind the next one; 1 means that something was found.
        const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith('#!'));
        let at = tree;
        for (const line of lines) {
          if (line.startsWith('cd ')) {
            at = line.replace(/^cd ~/, scratch);
            assert.ok(existsSync(at), line);
            continue;
          }
          const { status, text } = run(
            at,
            line.replace(/\bID\b/, () => someFinding(at)),
          );
          const allowed = ANSWERS.flatMap(([command, statuses]) => (command.test(line) ? statuses : []));
          assert.ok([0, ...allowed].includes(status ?? -1), `${page}: ${status}\n${text}`);
        }
      }
    });
  }

  // The next two run the commands in this process: the pages above show that the packed program runs.
  it('use only subcommands and options that exist', async () => {
    const help = new Map<string, string>();
    const unknown: string[] = [];
    for (const page of [
      ...PAGES,
      ...filesUnder('docs/decisions'),
      ...filesUnder('docs/repairs'),
      ...filesUnder('docs/rules'),
    ]) {
      for (const [name, rest] of commands(page)) {
        const options = rest.match(/(?<=\s)--[a-z][a-z-]*/g) ?? [];
        if (options.length === 0) continue;
        if (!help.has(name)) help.set(name, (await lockorder([name, '--help'], scratch)).out);
        for (const option of options)
          if (help.get(name)?.includes(option) !== true) unknown.push(`${page}: ${name} ${option}`);
      }
    }
    assert.ok(help.size > 6, [...help.keys()].join(' '));
    assert.deepEqual(unknown, []);
  });

  it('contain settings that are accepted', async () => {
    const folder = join(scratch, 'settings');
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.c'), source('a'));
    let count = 0;
    for (const page of PAGES) {
      for (const block of blocks(page, '\\s*json')) {
        const settings = JSON.parse(block) as object;
        // A record by itself stands in a file of records.
        const whole = 'name' in settings ? { models: [settings] } : settings;
        writeFileSync(
          join(folder, 'lockorder.json'),
          JSON.stringify({ ...whole, include: ['**'], exclude: [] }),
        );
        const { code, out, err } = await lockorder(['scan', '.'], folder);
        assert.equal(code, 1, `${page}\n${block}\n${out}${err}`);
        count++;
      }
    }
    assert.ok(count > 3, String(count));
  });

  it('print what docs/evidence.md shows', () => {
    const folder = join(scratch, 'vending');
    mkdirSync(folder);
    cpSync(join(ROOT, 'bench/proof/module'), join(folder, 'vending'), { recursive: true });
    for (const log of ['circular.log', 'sysrq-w.log']) cpSync(join(CAPTURED, log), join(folder, log));
    writeFileSync(join(folder, 'lockorder.json'), '{ "fixes": "all" }\n');
    const page = 'docs/evidence.md';
    const shown = blocks(page, 'console').map((block) => /^\$ (.*)\n([^]*)$/.exec(block) ?? []);
    const listings = shown.filter(([, command = '']) => /^lockorder (?:evidence|plan) /.test(command));
    assert.equal(listings.length, 2);
    // The places in the logs of the whole run are others.
    const scanned = shown.flatMap(([, command = '', listing = '']) =>
      command.startsWith('lockorder scan ')
        ? [
            [
              '',
              'lockorder scan vending --evidence circular.log',
              listing.replace(/^ *= seen: .*\n/gm, '…\n'),
            ],
          ]
        : [],
    );
    assert.equal(scanned.length, 1);
    for (const [, command = '', listing = ''] of [
      ...listings,
      ...scanned,
      ['', 'lockorder fix vending', blocks(page, 'diff')[0]],
    ]) {
      const printed = trimmed(run(folder, command).text);
      for (const part of partsOf(listing)) assert.ok(printed.includes(part), `${printed}\nlacks\n${part}`);
    }
  });

  it('print what docs/marketplace.md shows of the example driver', () => {
    const folder = join(scratch, 'marketplace');
    cpSync(join(ROOT, 'examples/driver'), folder, { recursive: true });
    const printed = run(folder, 'lockorder scan --root .').text;
    const [listing = ''] = blocks('docs/marketplace.md', 'text');
    const sentence = /(\w+)\(\) (takes [^;]*);\s+(\w+)\(\) \(\w+\.c:(\d+)\) (takes them .*)$/m.exec(listing);
    const [, one = '', does = '', other = '', line = '', how = ''] = sentence ?? [];
    assert.ok(printed.includes(`]: ${does}; ${other}() ${how}\n`), printed);
    const [place = ''] = /^\w+\.c:\d+/.exec(listing) ?? [];
    assert.match(printed, new RegExp(`--> ${place}:\\d+ in ${one}\n`));
    assert.match(printed, new RegExp(`^${line} \\|`, 'm'));
    const [, words = ''] = /; (lockorder explain .*)$/m.exec(printed) ?? [];
    const rows = (text: string): readonly string[] =>
      [...text.matchAll(/^ *(lock\(.*\);)$/gm)].map(([, row = '']) => row);
    assert.equal(rows(listing).length, 4);
    assert.deepEqual(rows(listing), rows(run(folder, words).text));
  });

  it('skip a command only for a reason that still applies', () => {
    const all = PAGES.flatMap((page) => blocks(page));
    assert.ok(all.length > 12, String(all.length));
    for (const [part] of ELSEWHERE)
      assert.ok(
        all.some((block) => block.includes(part)),
        part,
      );
  });

  it('name only published packages', () => {
    for (const page of PAGES) {
      assert.doesNotMatch(
        read(page),
        /npx lockorder|npm (?:i|install)\b[^\n]* lockorder(?:\s|$)|OWNER/m,
        page,
      );
    }
  });

  it('run as the recipes for continuous integration, and print what docs/ci.md shows', () => {
    const { status, text } = run(
      scratch,
      `bash '${join(ROOT, 'bench/proof/ci.sh')}' '${join(scratch, 'ci')}' 2>&1`,
    );
    assert.equal(status, 0, text);
    const anyCommit = (listing: string): string => listing.replace(/^[0-9a-f]{12} /gm, 'COMMIT ');
    const printed = anyCommit(trimmed(text));
    const listings = blocks('docs/ci.md', 'console').filter((block) => !block.startsWith('$ make '));
    assert.ok(listings.length > 6, String(listings.length));
    for (const listing of listings) {
      const shown = anyCommit(trimmed(listing.replace(/^\$ .*\n/, '')));
      assert.ok(printed.includes(`\n${shown}`), `${printed}\nlacks\n${shown}`);
    }
  });

  describe('in the hook', () => {
    const hook = blocks('docs/ci.md').find((block) => block.includes('git rev-parse -q --verify HEAD')) ?? '';
    const repository = (name: string): string => {
      const folder = join(scratch, 'hooks', name);
      mkdirSync(folder, { recursive: true });
      must(folder, 'git init -q -b main');
      writeFileSync(join(folder, '.git/hooks/pre-commit'), hook, { mode: 0o755 });
      return folder;
    };
    const put = (folder: string, path: string, text: string): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    const CLEAN =
      'static DEFINE_MUTEX(x_a);\nvoid x_f(void)\n{\n\tmutex_lock(&x_a);\n\tmutex_unlock(&x_a);\n}\n';

    it('the first commit passes', () => {
      const folder = repository('first');
      put(folder, 'a.c', source('a'));
      must(folder, 'git add . && git commit -qm one');
    });

    const NAMES = ['a b', "it's", 'say "so"', 'naïve ☃', '-dash', 'a$HOME;b', 'new\nline'];
    let named = '';
    before(() => {
      named = repository('named');
      put(named, 'other.c', CLEAN);
      must(named, 'git add . && git commit -qnm one');
      for (const name of NAMES) put(named, `${name}/${name}.c`, CLEAN);
      must(named, 'git add . && git commit -qm two');
    });
    it('check folders and files of any name', () => {
      for (const [index, name] of NAMES.entries()) put(named, `${name}/${name}.c`, source(`n${index}`));
      const { status, text } = run(named, 'git add . && git commit -qm three');
      assert.equal(status, 1, text);
      for (const index of NAMES.keys()) assert.match(text, new RegExp(`\\bn${index}_one\\(\\)`), text);
      assert.match(text, new RegExp(`\\b${NAMES.length} findings`), text);
    });

    it('report nothing new for a renamed file, unless it also got worse', () => {
      const folder = repository('renamed');
      put(folder, 'old/a.c', CLEAN);
      put(folder, 'old/b.c', source('b'));
      must(folder, 'git add . && git commit -qnm one && git mv old/a.c old/c.c && git commit -qm two');
      must(folder, 'mkdir new && git mv old/c.c new/c.c');
      put(folder, 'new/c.c', source('c'));
      assert.equal(run(folder, 'git add . && git commit -qm three').status, 1);
      must(folder, 'git rm -qf new/c.c && git commit -qm four');
    });
  });

  it('name the version that is packed', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    assert.ok(read('docs/ci.md').includes(`lockorder-${version}.tgz`));
    assert.ok(run(scratch, 'lockorder --version').text.endsWith(`\n${version}\n`));
  });
});
