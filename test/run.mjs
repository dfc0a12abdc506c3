// Runs everything that must hold and ends with the line "N passed, N failed, N skipped".
// node test/run.mjs [unit|e2e]   one of the two mocha runs after a build, for work on it
// LOCKORDER_TEST_JOBS=N          so many files of the unit tests at a time, each in a process of its own
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules/.bin', name);
const only = process.argv[2];
const jobs = process.env['LOCKORDER_TEST_JOBS'] ?? String(Math.min(2, availableParallelism()));
const sum = { passed: 0, failed: 0, skipped: 0 };
/** What failed. The end of the log repeats it, since people easily lose the beginning of a long log. */
const failures = [];
const scratch = mkdtempSync(join(tmpdir(), 'lockorder-test-'));

/** Runs a program; what it prints appears at once, or as a whole when it has ended, so that outputs do not mix. */
function run(name, command, args, atOnce) {
  const started = performance.now();
  if (atOnce) console.log(`\n== ${name}`);
  return new Promise((done) => {
    const output = atOnce ? 'inherit' : 'pipe';
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', output, output] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => (said += text));
    }
    child.on('error', (error) => (said += error.message));
    child.on('close', (code) => {
      if (!atOnce) console.log(`\n== ${name}\n${said}`);
      console.log(`== ${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
      if (code !== 0) console.log(`FAILED: ${name}`);
      done(code === 0);
    });
  });
}

/** A step that passes or fails as a whole. */
async function step(name, command, args, atOnce = false) {
  const passed = await run(name, command, args, atOnce);
  sum[passed ? 'passed' : 'failed'] += 1;
  if (!passed) failures.push(name);
  return passed;
}

/** A mocha run; one that dies without its counts is one failure. */
async function mocha(name, args) {
  const counts = join(mkdtempSync(join(scratch, 'mocha-')), 'counts.json');
  const reporter = ['--reporter', './out/test/support/reporter.js', '--reporter-option', `counts=${counts}`];
  const all = ['--enable-source-maps', ...reporter, ...args];
  const passed = await run(name, bin('mocha'), all, only !== undefined);
  let result;
  try {
    result = JSON.parse(readFileSync(counts, 'utf8'));
  } catch {
    result = { passed: 0, failed: 1, skipped: 0, told: [`${name}: ended without its counts`] };
  }
  if (!passed && result.failed === 0) {
    result.failed = 1;
    result.told.push(`${name}: failed outside of a test`);
  }
  failures.push(...result.told);
  for (const key of Object.keys(sum)) sum[key] += result[key];
}

const units = () =>
  mocha('unit, fixtures, house rules, language server', [
    '--ignore',
    'out/test/{e2e,release}/**',
    ...(jobs === '1' ? [] : ['--parallel', '--jobs', jobs]),
    'out/test/**/*.test.js',
  ]);
const browser = () =>
  mocha('a real VS Code in a real browser', ['--timeout', '600000', 'out/test/e2e/*.test.js']);

/** Mostly a download: what is published is built meanwhile. */
const editor = () => step('VS Code for the browser tests', process.execPath, ['out/test/e2e/prepare.js']);

/** What is published, built once for the browser and for the tests of packages. */
async function publish() {
  const folder = join(scratch, 'published');
  const isBuilt = await step('package', process.execPath, ['out/test/publish.js', folder]);
  if (isBuilt) process.env['LOCKORDER_PUBLISHED'] = folder;
}

async function others(published) {
  await step('lint', bin('oxlint'), ['--type-aware']);
  await step('format', bin('oxfmt'), ['--config', '.prettierrc.json', '--check']);
  await published;
  await mocha('packages', ['out/test/release/*.test.js']);
}

// tsc leaves the output of deleted tests behind, and mocha would still run them.
rmSync(join(root, 'out/test'), { recursive: true, force: true });
const isBuilt =
  (await step('types', bin('tsc'), ['-b'], true)) &&
  (await step('bundles', process.execPath, [join(root, 'esbuild.mjs')], true));
// The browser tests mostly wait, so the others run beside them.
if (isBuilt) {
  const published = only === 'unit' ? undefined : publish();
  await Promise.all([
    only === 'unit' ? undefined : Promise.all([published, editor()]).then(browser),
    only === 'e2e' ? undefined : units(),
    only === undefined ? others(published) : undefined,
  ]);
}
rmSync(scratch, { recursive: true, force: true });
for (const failure of failures) console.log(`\nFAILED ${failure}`);
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed === 0 ? 0 : 1;
