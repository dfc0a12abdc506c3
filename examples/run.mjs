// The main job on the examples: scan them, explain one finding, show the fixes as a diff. The files stay
// as they are. Ends with 0 when the scan found what it should and nothing broke.
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'dist/cli.cjs');
/** Exit code of a scan or fix that has findings. */
const FOUND = 1;

function lockorder(args, { quiet = false, expect }) {
  if (!quiet) console.log(`\n$ lockorder ${args.join(' ')}`);
  const run = spawnSync(process.execPath, [cli, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', 'inherit'],
  });
  if (run.status !== expect) {
    console.error(`lockorder ${args[0]} ended with ${run.status ?? run.signal}, expected ${expect}`);
    process.exit(1);
  }
  return run.stdout ?? '';
}

const where = ['examples', '--root', '.'];
lockorder(['scan', ...where], { expect: FOUND });
const { findings } = JSON.parse(lockorder(['scan', ...where, '--format', 'json'], { quiet: true, expect: FOUND }));
lockorder(['explain', 'examples', findings[0].id, '--root', '.'], { expect: 0 });
lockorder(['fix', ...where], { expect: FOUND });
