import { joinEvidence } from '../analysis/evidence/join/join.js';
import type { Evidence } from '../analysis/evidence/join/joined.js';
import { createModels } from '../analysis/models/index.js';
import type { SourceEvidence } from '../analysis/evidence/read/types.js';
import type { Environment } from './environment/environment.js';
import type { Root } from './programs/root.js';
import { joinWith } from './programs/runtime.js';

/** What this needs from the session. */
export interface LogsHost {
  readonly environment: Environment;
  allRoots(): readonly Root[];
  folderRoots(): Promise<readonly Root[]>;
}

/** Logs, traces and tables of running kernels, compared with every root. */
export class Logs {
  /** By the URI of the log. */
  private readonly evidence = new Map<string, SourceEvidence>();

  constructor(private readonly session: LogsHost) {}

  /** The contents of a log, once it is read. */
  of(uri: string): SourceEvidence | undefined {
    return this.evidence.get(uri);
  }

  /** Reads logs and compares all logs with every root; returns why some could not be read. */
  async read(uris: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { environment } = this.session;
    const problems = new Map<string, string>();
    for (const uri of uris) {
      const read = await environment.readEvidence(uri);
      if ('reason' in read) problems.set(uri, read.reason);
      else this.evidence.set(uri, read);
    }
    const known = this.session.allRoots();
    for (const root of known.length > 0 ? known : await this.session.folderRoots()) this.join(root);
    return problems;
  }

  /** What the logs alone say, while no source is analysed. */
  alone(): Evidence {
    return joinEvidence([...this.evidence.values()], createModels());
  }

  /** Compares the logs with a root again after a new result. */
  join(root: Root): void {
    if (this.evidence.size > 0) root.learn(joinWith(root, [...this.evidence.values()]));
  }
}
