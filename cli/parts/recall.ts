import { CONFIDENCES } from '../../analysis/report/rules.js';
import type { KeptResult } from '../../host/node/cache/kept-runs.js';
import type { CommonOptions } from '../options.js';
import { divisionOf } from './division.js';
import { closing, openProject, questionOf } from '../session/session.js';
import type { SessionOptions } from '../session/types.js';

/**
 * The kept result of an earlier scan of the same paths, or of a part of it, at any confidence, if nothing has
 * changed since.
 */
export async function recallResult<T>(
  paths: readonly string[],
  options: CommonOptions,
  use: (root: string, kept: KeptResult) => T | undefined,
): Promise<T | undefined> {
  const open = await openProject(paths, { ...options, confidence: 'low', isSilent: true });
  return closing(open, async () => {
    const { place, project } = open;
    const recalled = async (part: Pick<SessionOptions, 'files' | 'isAlone'>): Promise<T | undefined> => {
      for (const confidence of CONFIDENCES) {
        const question = questionOf(place, { ...options, ...part, confidence, fixFor: () => true });
        const kept = await project.kept?.recall(question);
        const found = kept && use(place.root, kept);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    const whole = await recalled({});
    if (whole !== undefined) return whole;
    // Dividing a large tree means to list it.
    const { parts } = divisionOf(place);
    for (const files of parts.length > 1 ? parts : []) {
      const found = await recalled({ files, isAlone: true });
      if (found !== undefined) return found;
    }
    return undefined;
  });
}
