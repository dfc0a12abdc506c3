// Are there known vulnerabilities in what is shipped?   node release/audit.mjs [--dates] [--report FILE]
// `npm audit --omit=dev` would see nothing: everything is bundled, so that every package is one for development. This
// asks for all of them and tells those that are shipped from those that only build and test.
// --dates     lists what is shipped, and when each version was published
// --report    judges the output of an `npm audit --json` that was run elsewhere
// Ends with 0, with 1 when a shipped package is vulnerable, with 2 when the registry does not answer.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packagesIn, shippedFolders } from './licences.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const words = process.argv.slice(2);
const reportFile = words.includes('--report') ? words[words.indexOf('--report') + 1] : undefined;

if (words.includes('--dates')) {
  for (const line of packagesIn(await shippedFolders()).map(dated)) console.log(line);
}
process.exitCode = await judge(report());

/** The output of `npm audit --json`; `undefined` if there is none. */
function report() {
  const text = reportFile === undefined ? npm(['audit', '--json']) : readFileSync(reportFile, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function judge(answer) {
  if (answer?.vulnerabilities === undefined) {
    console.error(`no answer: ${answer?.message ?? 'npm audit printed no JSON'}`);
    return 2;
  }
  const folders = await shippedFolders();
  const lines = Object.values(answer.vulnerabilities).map(({ name, severity, nodes, via }) => {
    const isShipped = nodes.some((node) => folders.includes(node));
    const causes = via.map((cause) => (typeof cause === 'string' ? `through ${cause}` : cause.title));
    return { isShipped, text: `${name} (${severity}): ${causes.join('; ')}` };
  });
  const shipped = lines.filter(({ isShipped }) => isShipped);
  for (const { isShipped, text } of lines) console.log(`${isShipped ? 'shipped' : 'tool'}: ${text}`);
  console.log(
    `${folders.length} packages are shipped, ${shipped.length} of them vulnerable; ${lines.length - shipped.length} vulnerable among the tools`,
  );
  return shipped.length > 0 ? 1 : 0;
}

function dated({ name, version, licence }) {
  const times = JSON.parse(npm(['view', name, 'time', '--json']) || '{}');
  return `${name} ${version}, ${licence}, published ${String(times[version] ?? 'nobody knows when').slice(0, 10)}`;
}

function npm(args) {
  return spawnSync('npm', args, { cwd: ROOT, encoding: 'utf8' }).stdout;
}
