// The main job on the examples: scan each, explain one finding, show the fixes as a diff. The files stay
// as they are. Ends with 0 when the scans found what they should and nothing broke.
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'dist/cli.cjs');
/** Exit code when there are findings; of `fix` too, when some have none. */
const FOUND = 1;

function lockorder(args, expected, { quiet = false } = {}) {
  if (!quiet) console.log(`\n$ lockorder ${args.join(' ')}`);
  const run = spawnSync(process.execPath, [cli, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', 'inherit'],
  });
  if (!expected.includes(run.status)) {
    console.error(`lockorder ${args[0]} ended with ${run.status ?? run.signal}`);
    process.exit(1);
  }
  return run.stdout ?? '';
}

/** Each is a program of its own: the two spellings of the classic define the same names. */
const examples = ['two-semaphores', 'two-semaphores-6.4', 'driver', 'port'].map((name) => `examples/${name}`);
for (const folder of examples) lockorder(['scan', folder, '--root', folder], [FOUND]);

/** Makes edits of all verified fixes; a folder that is its own root does not see the settings above it. */
const settings = ['--config', 'examples/lockorder.json'];
const [classic] = examples;
const json = lockorder(['scan', classic, '--root', classic, '--format', 'json'], [FOUND], { quiet: true });
const { findings } = JSON.parse(json);
lockorder(['explain', classic, findings[0].id, '--root', classic, ...settings], [0]);
for (const folder of examples) lockorder(['fix', folder, '--root', folder, ...settings], [0, FOUND]);
