import type { UserModel } from '../../../analysis/models/records/record.js';
import { isOrderFile } from '../../../analysis/base/paths.js';
import { NO_SUPPRESSIONS } from '../../../analysis/report/suppression.js';
import { outlineFile } from '../../../analysis/outline/index.js';
import { decodePart, encodeSkeleton } from '../../../analysis/skeleton/codec/codec.js';
import { summarizeOrderFile } from '../../../analysis/skeleton/order-file.js';
import type { Compiled, SkeletonRequest, SourceFile } from '../../api.js';
import { callsOf, type FileCalls } from '../../call-index.js';
import { Compiler } from '../../compile.js';
import { createNodeParser } from '../parser.js';
import { decode, readRaw } from '../files/read.js';
import { encodeCompiled } from './wire.js';

/** The methods of a thread. */
export interface WorkerMethods {
  compile(files: readonly SourceFile[]): readonly Compiled[];
  skeletons(requests: readonly SkeletonRequest[]): readonly (readonly (Uint8Array | undefined)[])[];
  /** The calls of files given by absolute path; `undefined` for a file that cannot be read. */
  calls(paths: readonly string[]): readonly (FileCalls | undefined)[];
}

/** The work of a thread, with its own parser. A file that breaks the analysis affects only itself. */
export async function createWork(models: readonly UserModel[]): Promise<WorkerMethods> {
  const compiler = new Compiler(models, await createNodeParser(), () => performance.now());
  const compileOne = ({ file, bytes }: SourceFile): Compiled => {
    try {
      const content = decode(bytes);
      if ('skipped' in content) return content;
      if (isOrderFile(file)) {
        const summary = summarizeOrderFile(content.text);
        return {
          data: encodeCompiled({ summary, suppressions: NO_SUPPRESSIONS }),
          ms: { outline: 0, parse: 0 },
        };
      }
      const { summary, suppressions, ms } = compiler.compile(content.text);
      return { data: encodeCompiled({ summary, suppressions }), ms };
    } catch (error) {
      return { skipped: 'analysis-failed', detail: String(error instanceof Error ? error.stack : error) };
    }
  };
  const skeletonsOf = ({ bytes, wanted, part }: SkeletonRequest): (Uint8Array | undefined)[] => {
    try {
      const content = decode(bytes);
      if ('skipped' in content) return wanted.map(() => undefined);
      return compiler
        .skeletons(content.text, wanted, part && decodePart(part))
        .map((skeleton) => (skeleton ? encodeSkeleton(skeleton) : undefined));
    } catch {
      // Unanswered demands become source-unavailable gaps.
      return wanted.map(() => undefined);
    }
  };
  const callsIn = (path: string): FileCalls | undefined => {
    try {
      const raw = readRaw(path);
      const content = 'bytes' in raw ? decode(raw.bytes) : raw;
      if ('skipped' in content) return undefined;
      return callsOf(outlineFile(content.text, compiler.models), compiler.models);
    } catch {
      // A file that breaks the outline has no neighbours.
      return undefined;
    }
  };
  return {
    compile: (files) => files.map(compileOne),
    skeletons: (requests) => requests.map(skeletonsOf),
    calls: (paths) => paths.map(callsIn),
  };
}
