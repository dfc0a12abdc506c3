import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.js';

export interface Answer {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** The language server, addressed in bytes. */
export class RawServer {
  stderr = '';
  /** Log messages that report an error in the server. */
  readonly crashes: string[] = [];
  readonly ended: Promise<number | string>;
  /** Undefined while it runs. */
  code: number | string | undefined;
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private chunks: Buffer[] = [];
  private id = 0;

  constructor(
    cwd: string,
    env: NodeJS.ProcessEnv,
    /** The client's answer to a request of the server; `undefined` for no answer. */
    private readonly answerTo: (method: string) => object | undefined,
  ) {
    this.process = spawn(process.execPath, [join(ROOT, 'dist/server.cjs'), '--stdio'], { cwd, env });
    this.process.stderr.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.process.stdin.on('error', () => undefined);
    this.process.stdout.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.take();
    });
    this.ended = new Promise((resolve) =>
      this.process.once('close', (code, signal) => {
        this.code = code ?? signal ?? 'nothing';
        for (const each of this.waiting.values()) each({});
        resolve(this.code);
      }),
    );
  }

  /** The answer to a request, or an empty one if the server has ended. */
  ask(method: string, params: unknown): Promise<Answer> {
    return new Promise((resolve) => {
      if (this.code !== undefined) return resolve({});
      this.id += 1;
      this.waiting.set(this.id, resolve);
      this.send({ id: this.id, method, params });
    });
  }

  get lastId(): number {
    return this.id;
  }

  say(method: string, params: unknown): void {
    this.send({ method, params });
  }

  write(bytes: string): void {
    this.process.stdin.write(Buffer.from(bytes, 'latin1'));
  }

  kill(): void {
    this.process.kill('SIGKILL');
  }

  /** Peak memory so far, in megabytes; 0 if it has ended. */
  peak(): number {
    try {
      const status = readFileSync(`/proc/${this.process.pid}/status`, 'utf8');
      return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    } catch {
      return 0;
    }
  }

  private send(content: object): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...content });
    this.process.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  private take(): void {
    let buffer = Buffer.concat(this.chunks);
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n');
      const length = Number(
        /Content-Length: (\d+)/.exec(buffer.toString('latin1', 0, Math.max(end, 0)))?.[1],
      );
      if (end < 0 || Number.isNaN(length) || buffer.length < end + 4 + length) break;
      this.hear(JSON.parse(buffer.toString('utf8', end + 4, end + 4 + length)) as Answer);
      buffer = buffer.subarray(end + 4 + length);
    }
    this.chunks = [buffer];
  }

  private hear(answer: Answer): void {
    if (answer.method === undefined) {
      if (typeof answer.id !== 'number') return;
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
      return;
    }
    const text = JSON.stringify(answer.params ?? null);
    if (/window\/(log|show)Message/.test(answer.method) && /\\n {4}at /.test(text))
      this.crashes.push(text.slice(0, 600));
    if (answer.id === undefined) return;
    const own = this.answerTo(answer.method);
    if (own) this.send({ id: answer.id, ...own });
  }
}
