import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  LogMessageNotification,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type ProtocolConnection,
  type Range,
} from 'vscode-languageserver/node';
import { STATUS, type StatusParams } from '../../protocol/methods.js';
import { ROOT } from './root.js';

const TICKS_PER_SECOND = 100;

export interface Usage {
  /** The current threads since their start, to the nanosecond. */
  readonly cpuMs: number;
  /** The answering thread among them. */
  readonly mainCpuMs: number;
  /** All threads that ever existed, to ten milliseconds. */
  readonly totalCpuMs: number;
  /** The current value, and the maximum so far. */
  readonly rssMb: number;
  readonly peakMb: number;
}

/** The editor's server as shipped, with one document open. */
export class EditorServer {
  readonly connection: ProtocolConnection;
  status: StatusParams = { state: 'ready', indexed: 0, total: 0, findings: 0, hints: 0, scope: 'open' };
  readonly log: string[] = [];
  /** The last published diagnostics of the document. */
  diagnostics = 0;
  private readonly child: ChildProcess;
  private version = 0;
  private published = -1;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly uri: string,
    flags: readonly string[],
    /** The folder of the build. */
    build = join(ROOT, 'dist'),
  ) {
    this.child = spawn(process.execPath, [...flags, join(build, 'server.cjs'), '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { stdin, stdout } = this.child;
    if (!stdin || !stdout) throw new Error('the server has no pipes');
    this.connection = createProtocolConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, version, diagnostics }) => {
      if (uri !== this.uri) return;
      this.published = version ?? 0;
      this.diagnostics = diagnostics.length;
      this.tell();
    });
    this.connection.onNotification(STATUS, (status: StatusParams) => {
      this.status = status;
      this.tell();
    });
    this.connection.onNotification(LogMessageNotification.type, ({ message }) => void this.log.push(message));
    this.connection.onRequest(RegistrationRequest.type, () => undefined);
    this.connection.listen();
    this.child.once('exit', () => {
      this.tell();
      this.connection.end();
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async initialize(folder: string, cacheDirectory: string, index = 'auto'): Promise<void> {
    await this.connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: { window: { workDoneProgress: true } },
      workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'folder' }],
      initializationOptions: { settings: { index }, cacheDirectory },
    });
    await this.connection.sendNotification(InitializedNotification.type, {});
  }

  /** Opens the document and waits for its diagnostics. */
  async open(text: string): Promise<void> {
    this.version = 1;
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri: this.uri, languageId: 'c', version: 1, text },
    });
    await this.until(() => this.published >= 1);
  }

  /** Edits the document and waits for the first diagnostics of the new text. */
  async edit(range: Range, text: string): Promise<void> {
    this.version += 1;
    const { version } = this;
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri, version },
      contentChanges: [{ range, text }],
    });
    await this.until(() => this.published >= version);
  }

  /** Waits until notifications from the server make a condition true; returns false on timeout. */
  async until(isTrue: () => boolean, limitMs = Infinity): Promise<boolean> {
    const deadline = performance.now() + limitMs;
    while (!isTrue()) {
      if (this.hasEnded) throw new Error(`the server ended\n${this.log.slice(-5).join('\n')}`);
      const left = deadline - performance.now();
      if (left <= 0) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => this.tell(), Math.min(left, 60_000));
        const done = (): void => {
          clearTimeout(timer);
          this.waiting.delete(done);
          resolve();
        };
        this.waiting.add(done);
      });
    }
    return true;
  }

  /** Resources used by the process, according to Linux. */
  usage(): Usage {
    const base = `/proc/${this.child.pid}`;
    const nanoseconds = (task: string): number => {
      try {
        return Number(readFileSync(`${base}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
      } catch {
        return 0;
      }
    };
    const status = readFileSync(`${base}/status`, 'utf8');
    const megabytes = (name: string): number =>
      Math.round((Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024) / 1e6);
    const fields = readFileSync(`${base}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return {
      totalCpuMs: ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND,
      cpuMs: readdirSync(`${base}/task`).reduce((sum, task) => sum + nanoseconds(task), 0) / 1e6,
      mainCpuMs: nanoseconds(String(this.child.pid)) / 1e6,
      rssMb: megabytes('VmRSS'),
      peakMb: megabytes('VmHWM'),
    };
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    await gone;
  }

  private tell(): void {
    for (const look of this.waiting) look();
  }
}
