import { resolve } from 'node:path';
import type { SourceEvidence } from '../../analysis/evidence/read/types.js';
import type { SourceWorld } from '../../analysis/evidence/join/world.js';
import { rootPath } from '../../host/node/files/list.js';
import { createModels } from '../../analysis/models/index.js';
import type { CommonOptions } from '../options.js';
import { locate } from '../place.js';
import { cacheFolder, runSession } from '../session/session.js';
import type { CommandSession } from '../session/types.js';
import { filesDefining, MOST_FILES } from './wanted-files.js';

/** A session's source, for comparison with evidence. */
export function worldOf(session: CommandSession): SourceWorld {
  const { project, snapshot } = session;
  const texts = new Map<string, readonly string[] | undefined>();
  return {
    program: snapshot.program,
    analysis: snapshot.analysis,
    models: project.workspace.models,
    linesOf: (file) => {
      if (!texts.has(file)) {
        const content = project.read(file);
        texts.set(file, 'text' in content ? content.text.split(/\r?\n/) : undefined);
      }
      return texts.get(file);
    },
  };
}

/**
 * Analyses the source below the current folder or the given root: a small tree as a whole, in a large one the files
 * that define functions the evidence names. Without C files the world is `undefined`.
 */
export async function withWorld<T>(
  sources: readonly SourceEvidence[],
  options: CommonOptions,
  use: (world: SourceWorld | undefined, session: CommandSession | undefined) => T | Promise<T>,
  given: readonly string[] = [],
): Promise<T> {
  if (given.length > 0) {
    return runSession(given, { ...options, confidence: 'low' }, (session) => use(worldOf(session), session));
  }
  const here = resolve('.');
  const outside = options.root !== undefined && rootPath(resolve(options.root), here) === undefined;
  const { root, paths, config } = locate(outside ? [options.root ?? '.'] : ['.'], options);
  const wanted = filesDefining(root, paths, config, {
    sources,
    models: createModels(config.models ?? []),
    cache: cacheFolder(options),
  });
  if (wanted.length === 0) return use(undefined, undefined);
  const quietly = { ...options, root, confidence: 'low', isSilent: true, isAlone: true } as const;
  return runSession(wanted.length > MOST_FILES ? paths : wanted, quietly, (session) => {
    const world = session.snapshot.program.files.size > 0 ? worldOf(session) : undefined;
    return use(world, session);
  });
}
