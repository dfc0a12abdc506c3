// Runs everything that must hold, in order of cost, and ends with the line "N passed, N failed, N skipped".
// node test/run.mjs [unit|e2e]   one of the two mocha runs after a build, for work on it
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules/.bin', name);
const only = process.argv[2];
// Files at a time, each in a process that runs no other meanwhile: most of these tests wait for programs they started.
const jobs = process.env['LOCKORDER_TEST_JOBS'] ?? '1';
const parallel = jobs === '1' ? [] : ['--parallel', '--jobs', jobs];
const sum = { passed: 0, failed: 0, skipped: 0 };
const scratch = mkdtempSync(join(tmpdir(), 'lockorder-test-'));

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

/** A step that passes or fails as a whole. */
function step(name, command, args) {
  console.log(`\n== ${name}`);
  const passed = run(command, args);
  sum[passed ? 'passed' : 'failed'] += 1;
  if (!passed) console.log(`FAILED: ${name}`);
  return passed;
}

/** Steps that run side by side, each reported when it has ended. */
function steps(all) {
  return Promise.all(
    all.map(
      ([name, command, args]) =>
        new Promise((resolve) => {
          const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
          let said = '';
          for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
          child.on('error', (error) => (said += error.message));
          child.on('close', (code) => {
            console.log(`\n== ${name}\n${said}`);
            sum[code === 0 ? 'passed' : 'failed'] += 1;
            if (code !== 0) console.log(`FAILED: ${name}`);
            resolve();
          });
        }),
    ),
  );
}

/** A mocha run; one that dies without its counts is one failure. */
function mocha(name, args) {
  console.log(`\n== ${name}`);
  const counts = join(scratch, 'counts.json');
  rmSync(counts, { force: true });
  const passed = run(bin('mocha'), [
    '--enable-source-maps',
    '--reporter',
    './out/test/support/reporter.js',
    '--reporter-option',
    `counts=${counts}`,
    ...args,
  ]);
  let result;
  try {
    result = JSON.parse(readFileSync(counts, 'utf8'));
  } catch {
    result = { passed: 0, failed: 1, skipped: 0 };
  }
  if (!passed && result.failed === 0) result.failed = 1;
  for (const key of Object.keys(sum)) sum[key] += result[key];
}

// tsc leaves the output of deleted tests behind, and mocha would still run them.
rmSync(join(root, 'out/test'), { recursive: true, force: true });
const built =
  step('types', bin('tsc'), ['-b']) && step('bundles', process.execPath, [join(root, 'esbuild.mjs')]);
if (only === undefined) {
  await steps([
    ['lint', bin('oxlint'), ['--type-aware']],
    ['format', bin('prettier'), ['--check', '.']],
  ]);
}
if (built && only !== 'e2e') {
  mocha('unit, fixtures, house rules, language server', [
    '--ignore',
    'out/test/{e2e,release}/**',
    ...parallel,
    'out/test/**/*.test.js',
  ]);
}
if (built && only === undefined) mocha('packages', ['out/test/release/*.test.js']);
if (built && only !== 'unit') {
  mocha('a real VS Code in a real browser', ['--timeout', '120000', 'out/test/e2e/*.test.js']);
}
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed === 0 ? 0 : 1;
