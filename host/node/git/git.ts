import { execFile, spawnSync } from 'node:child_process';
import { delimiter, isAbsolute, resolve } from 'node:path';
import { promisify } from 'node:util';

const MOST_BYTES = 1024 * 1024 * 1024;
/** Time limit in milliseconds: git would wait forever for a configuration or index that is a pipe. */
const MOST_MS = 120_000;

/** Variables that git sets for hooks, relative to the folder of the hook. */
const PATHS = ['GIT_INDEX_FILE', 'GIT_DIR', 'GIT_WORK_TREE', 'GIT_OBJECT_DIRECTORY', 'GIT_COMMON_DIR'];
/** Environment variables that make git start a program or interpret arguments differently. */
const DROPPED =
  /^(?:GIT_(?:TRACE.*|EXTERNAL_DIFF|DIFF_OPTS|ASKPASS|SSH|SSH_COMMAND|SSH_VARIANT|PROXY_COMMAND|EDITOR|SEQUENCE_EDITOR|(?:LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)|SSH_ASKPASS)$/;

/**
 * Settings that the repository must not control: its configuration comes from whoever made it, and many keys name
 * programs. In addition, only commands that show no contents are run ({@link git}), so filters, text conversions and
 * external diffs never apply.
 */
const SETTINGS: readonly string[] = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'core.untrackedCache=false',
  'credential.helper=',
  'fetch.bundleURI=',
  'log.showSignature=false',
  'protocol.allow=never',
  'submodule.recurse=false',
];

/** Git cannot answer: not a repository, an unknown revision, missing objects. */
export class GitFailure extends Error {
  override readonly name = 'GitFailure';
}

interface GitCall {
  readonly words: readonly string[];
  readonly options: {
    readonly cwd: string;
    readonly maxBuffer: number;
    readonly timeout: number;
    readonly env: NodeJS.ProcessEnv;
  };
}

/** All git commands are built here. */
function callOf(folder: string, words: readonly string[]): GitCall {
  return {
    words: ['--no-pager', ...SETTINGS.flatMap((setting) => ['-c', setting]), ...words],
    options: { cwd: folder, maxBuffer: MOST_BYTES, timeout: MOST_MS, env: environment() },
  };
}

/**
 * The output of a git command in a folder. `words` must name a command that reads the database or the index and shows
 * no contents through filters.
 * @throws {GitFailure} with git's message, or `failure` if it has none
 */
export function git(folder: string, words: readonly string[], failure?: string, input = ''): Buffer {
  const call = callOf(folder, words);
  const run = spawnSync('git', call.words, { ...call.options, input });
  if (run.status === 0) return run.stdout;
  throw failed(run.error, run.stderr?.toString('utf8') ?? '', failure);
}

/** {@link git} without blocking. */
export async function gitLater(folder: string, words: readonly string[]): Promise<Buffer> {
  const call = callOf(folder, words);
  try {
    const running = promisify(execFile)('git', call.words, { ...call.options, encoding: 'buffer' });
    running.child.stdin?.end();
    return (await running).stdout;
  } catch (error) {
    const { stderr, killed } = error as { readonly stderr?: Buffer; readonly killed?: boolean };
    const why = killed === true ? Object.assign(new Error(), { code: 'ETIMEDOUT' }) : undefined;
    throw failed(
      why ?? (stderr === undefined ? (error as Error) : undefined),
      stderr?.toString('utf8') ?? '',
    );
  }
}

function failed(error: NodeJS.ErrnoException | undefined, said: string, failure = 'git failed'): GitFailure {
  if (error?.code === 'ETIMEDOUT')
    return new GitFailure(`git did not answer within ${MOST_MS / 1000} seconds`);
  if (error?.code === 'ENOENT')
    return new GitFailure('git is not installed, or the directory no longer exists');
  return new GitFailure(error?.message ?? (said.trim() === '' ? failure : said.trim()));
}

/**
 * The environment of git commands: valid in folders other than the hook's; git fetches nothing, writes nothing and
 * prompts nobody.
 */
function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) if (!DROPPED.test(name)) env[name] = value;
  for (const name of PATHS) {
    const path = env[name];
    if (path !== undefined && path !== '') env[name] = resolve(path);
  }
  // A relative folder would be inside the tree being analysed.
  const path = env['PATH']?.split(delimiter).filter(isAbsolute).join(delimiter);
  return {
    ...env,
    ...(path === undefined ? {} : { PATH: path }),
    GIT_NO_LAZY_FETCH: '1',
    // Before 2.45, git fetches the missing objects of a partial clone in spite of that; without protocols it cannot.
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: 'cat',
  };
}

/**
 * The error for objects that a partial clone lacks. Fetching them would run programs that the repository's
 * configuration names.
 */
export function missingObjects(count: number, example: string): GitFailure {
  const files = count === 1 ? 'one file' : `${count} files`;
  return new GitFailure(
    `the repository lacks the contents of ${files} of this revision, ${example} for one (a partial clone?): ` +
      'nothing is fetched on the way; run git fetch --refetch --no-filter first',
  );
}

/** Whether this runs in a git hook, which checks what is about to be committed. */
export function isInHook(): boolean {
  return (process.env['GIT_INDEX_FILE'] ?? '') !== '';
}
