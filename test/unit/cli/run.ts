import { run } from '../../../cli/program.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process, in that folder and without the user's cache. */
export async function lockorder(words: readonly string[], cwd: string): Promise<Ran> {
  const before = process.cwd();
  const cache = process.env['XDG_CACHE_HOME'];
  const out = capture(process.stdout);
  const err = capture(process.stderr);
  try {
    process.chdir(cwd);
    process.env['XDG_CACHE_HOME'] = `${cwd}/.cache`;
    const code = await run(words);
    return { code, out: out.text(), err: err.text() };
  } finally {
    out.end();
    err.end();
    process.chdir(before);
    if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = cache;
  }
}

function capture(stream: NodeJS.WriteStream): { text: () => string; end: () => void } {
  const write = stream.write.bind(stream);
  let text = '';
  stream.write = (chunk: string | Uint8Array): boolean => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  return {
    text: () => text,
    end: () => {
      stream.write = write;
    },
  };
}
