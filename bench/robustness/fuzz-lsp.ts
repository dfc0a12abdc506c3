// node out/bench/robustness/fuzz-lsp.js [--minutes 1] [--seed 1]
// Sends messages with random errors to the language server. The server must answer each request without an internal
// error, exit only on request, stay within its memory bound, start no process, and write nothing in or beside the
// tree.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeTree, SOURCE, touched } from '../support/inputs/fuzz-tree.js';
import { Random } from '../support/inputs/random.js';
import { mutated } from '../support/inputs/mutated.js';
import { options } from '../support/options.js';
import { RawServer, type Answer } from '../support/raw-server.js';

/** A request without an answer after this many milliseconds hangs, even on a busy machine. */
const MOST_MS = 300_000;
const MOST_MB = 1_500;
const INTERNAL_ERROR = -32603;

const given = options('fuzz-lsp [--minutes 1] [--seed 1]', { minutes: '1', seed: '1' });
const random = new Random(Number(given.seed));

const NAMES = ['a.c', 'sub/b.c', 'none.c', 'pipe', 'loop/a.c', 'lockorder.json', '.lockorder', '.', '../x.c'];
const REQUESTS = [
  'textDocument/hover',
  'textDocument/codeAction',
  'textDocument/codeLens',
  'textDocument/inlayHint',
  'textDocument/completion',
  'textDocument/definition',
  'textDocument/diagnostic',
  'textDocument/documentHighlight',
  'lockOrder/explain',
  'lockOrder/graph',
  'lockOrder/why',
  'lockOrder/model',
  'lockOrder/scanWorkspace',
  'lockOrder/overview',
  'lockOrder/classes',
  'lockOrder/counterparts',
  'lockOrder/reaches',
  'lockOrder/fixes',
  'lockOrder/suppress',
  'lockOrder/sarif',
  'lockOrder/importEvidence',
  'workspace/diagnostic',
  'no/such/method',
];
const NOTIFICATIONS = [
  'textDocument/didOpen',
  'textDocument/didChange',
  'textDocument/didChange',
  'textDocument/didSave',
  'textDocument/didClose',
  'workspace/didChangeConfiguration',
  'workspace/didChangeWatchedFiles',
  'workspace/didChangeWorkspaceFolders',
  'lockOrder/pause',
  '$/cancelRequest',
  '$/setTrace',
  '$/progress',
  'no/such/notification',
];
const BYTES = [
  'Content-Length: 5\r\n\r\n{"a":',
  'Content-Length: 2\r\n\r\n[]',
  'Content-Length: 4\r\n\r\nnull',
  'Content-Length: 0\r\n\r\n',
  'content-length: 2\r\nContent-Type: x\r\n\r\n{}',
];
/** Bytes after which messages can no longer be separated. */
const BROKEN = [
  'Content-Length: -5\r\n\r\n{}',
  'Content-Length: 99999999999999\r\n\r\n{}',
  'Content-Length: 1e3\r\n\r\n{}',
  'garbage\r\n\r\n',
  `X: ${'y'.repeat(100_000)}`,
];

function uriOf(tree: string): string {
  const file = pathToFileURL(join(tree, random.pick(NAMES))).href;
  return random.pick([
    file,
    file,
    file,
    file,
    'untitled:x.c',
    'git:/a.c',
    'file:///%00',
    'file://host/a.c',
    'x',
  ]);
}

const place = (): object => ({ line: random.below(30), character: random.below(20) });
const range = (): object => ({ start: place(), end: place() });

/** Everything that any method reads, mostly valid. */
function paramsOf(tree: string): Readonly<Record<string, unknown>> {
  const uri = uriOf(tree);
  return {
    textDocument: { uri, languageId: 'c', version: random.below(20), text: SOURCE.repeat(random.below(4)) },
    contentChanges: random.some(
      [
        { text: SOURCE },
        { range: range(), text: random.pick(['', '{', '/*', '#if 0\n', 'mutex_lock(&a);']) },
      ],
      3,
    ),
    position: place(),
    range: range(),
    context: { diagnostics: [{ range: range(), message: 'x', data: { id: 'f00d' } }], only: ['quickfix'] },
    uri,
    id: random.pick(['f00d', 3, random.below(50)]),
    name: random.pick(['mutex_lock', 'constructor', '']),
    locks: ['a', 'b'],
    where: random.pick(['comment', 'config']),
    reason: 'x',
    around: 'a',
    depth: random.pick([1, 1e9, -1]),
    uris: [uri, uriOf(tree)],
    changed: random.below(2) === 0,
    paused: random.below(4) === 0,
    settings: {
      lockOrder: { index: 'all', rules: { 'self-deadlock': 'off' }, exclude: ['*a*a*b'], config: 'pipe' },
    },
    changes: [{ uri, type: 2 }],
    event: {
      added: random.below(3) === 0 ? [{ uri: pathToFileURL(join(tree, 'sub')).href, name: 'x' }] : [],
      removed: [],
    },
    token: 1,
    value: 'off',
    workDoneToken: random.pick([1, 'x']),
  };
}

function initialize(folder: string, tree: string): unknown {
  const root = pathToFileURL(tree).href;
  return {
    processId: null,
    rootUri: random.pick([root, null]),
    workspaceFolders: random.pick([[{ uri: root, name: 'x' }], null, []]),
    capabilities: {
      workspace: {
        configuration: random.below(2) === 0,
        workspaceFolders: true,
        didChangeWatchedFiles: { dynamicRegistration: true },
        workspaceEdit: { documentChanges: random.below(2) === 0 },
        diagnostics: { refreshSupport: random.below(2) === 0 },
      },
      textDocument: {
        hover: { contentFormat: random.pick([['markdown'], ['plaintext'], []]) },
        ...(random.below(2) === 0 ? { diagnostic: {} } : {}),
      },
    },
    initializationOptions: {
      cacheDirectory: join(folder, 'cache'),
      hasCommands: random.below(2) === 0,
      settings: { index: random.pick(['auto', 'all', 'open', 'off']) },
    },
  };
}

/** One client from its first to its last message; returns what went wrong. */
async function session(folder: string): Promise<string[]> {
  const tree = makeTree(folder, random);
  mkdirSync(join(tree, '.git'), { recursive: true });
  writeFileSync(join(tree, '.lockorder'), 'a < b < c\nb < a\n\u0000');
  const before = readdirSync(tree).sort().join('\n');
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') };
  // Requests of the server arrive at any time; the client's messages must be the same in each run.
  const answers = new Random(random.below(1_000_000));
  const server = new RawServer(tree, env, () =>
    answers.pick([
      { result: null },
      { result: [{ confidence: 'low' }] },
      { error: { code: 1, message: 'x' } },
      { result: 3 },
      undefined,
    ]),
  );
  const problems: string[] = [];
  const told: string[] = [];
  const asked: Promise<void>[] = [];
  const ask = (method: string, params: unknown): void => {
    told.push(`${method} ${JSON.stringify(params)?.slice(0, 600)}`);
    const answer = server.ask(method, params);
    asked.push(
      within(answer).then((got) => {
        if (got === undefined)
          problems.push(`no answer to ${method} ${JSON.stringify(params)?.slice(0, 600)}`);
        else if (got.error?.code === INTERNAL_ERROR)
          problems.push(`${method} ${JSON.stringify(params)?.slice(0, 600)}: ${got.error.message}`);
      }),
    );
  };
  // Includes messages before `initialize` and after `shutdown`.
  const messages = 10 + random.below(60);
  const opensAt = random.below(3);
  for (let i = 0; i < messages && server.code === undefined; i += 1) {
    const params = mutated(paramsOf(tree), random, random.pick([0, 0, 1, 3]));
    const kind = random.below(20);
    if (i === opensAt)
      ask('initialize', mutated(initialize(folder, tree), random, random.pick([0, 0, 0, 2])));
    else if (i === opensAt + 1) server.say('initialized', {});
    else if (kind < 9) ask(random.pick(REQUESTS), params);
    else if (kind < 18) {
      const method = random.pick(NOTIFICATIONS);
      told.push(`${method} ${JSON.stringify(params)?.slice(0, 600)}`);
      server.say(method, params);
    } else if (kind === 18) server.write(random.pick(BYTES));
    else await new Promise((resolve) => setTimeout(resolve, random.below(200)));
  }
  await Promise.all(asked);
  const megabytes = server.peak();
  if (megabytes > MOST_MB) problems.push(`${Math.round(megabytes)} MB`);
  if (server.code !== undefined)
    problems.push(`ended by itself with ${server.code}: ${told.slice(-5).join('\n    ')}`);
  const isBroken = random.below(3) === 0;
  if (isBroken) server.write(random.pick(BROKEN));
  else {
    await within(server.ask('shutdown', undefined));
    server.say('exit', undefined);
  }
  const code = await within(server.ended);
  if (code === undefined) problems.push(`did not end ${isBroken ? 'behind broken bytes' : 'when told to'}`);
  server.kill();
  if (isBroken && code !== 1) problems.push(`ended with ${code} behind broken bytes`);
  if (/\n {4}at |FATAL/.test(server.stderr)) problems.push(`stderr: ${server.stderr.slice(0, 600)}`);
  problems.push(...server.crashes.map((text) => `log: ${text}`), ...touched(folder));
  if (readdirSync(tree).sort().join('\n') !== before) problems.push('wrote in the tree');
  return problems;
}

/** The result of a promise, or `undefined` if it takes too long. */
async function within<T extends Answer | number | string>(promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), MOST_MS)));
  const first = await Promise.race([promise, late]);
  clearTimeout(timer);
  return first;
}

let sessions = 0;
let wrong = 0;
const end = Date.now() + Number(given.minutes) * 60_000;
while (Date.now() < end) {
  const folder = mkdtempSync(join(tmpdir(), 'lockorder-fuzz-'));
  try {
    const problems = await session(folder);
    sessions += 1;
    if (problems.length > 0) {
      wrong += 1;
      console.log(`session ${sessions}:\n  ${problems.join('\n  ')}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
console.log(`${sessions} sessions, ${wrong} with a problem`);
process.exitCode = wrong === 0 ? 0 : 1;
