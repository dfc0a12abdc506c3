import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { FileEdit, Fix } from '../analysis/checks/types.js';
import { applyFileEdits } from '../analysis/fixes/text/edits.js';

/** All edits of some fixes by file, without duplicates. */
export function editsByFile({
  chosen,
}: {
  readonly chosen: readonly { readonly fix: Fix }[];
}): ReadonlyMap<string, readonly FileEdit[]> {
  const files = new Map<string, Map<string, FileEdit>>();
  for (const { fix } of chosen) {
    for (const edit of fix.edits) {
      const edits = files.get(edit.file) ?? new Map<string, FileEdit>();
      edits.set(JSON.stringify(edit), edit);
      files.set(edit.file, edits);
    }
  }
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([file, edits]) => [file, [...edits.values()]]));
}

export function edited(text: string, edits: readonly FileEdit[]): string {
  return applyFileEdits(text, edits);
}

/** A unified diff of one file, as `patch -p1` and `git apply` accept it in the root. */
export function renderPatch(file: string, before: string, after: string, isNew = false): string {
  return createTwoFilesPatch(
    isNew ? '/dev/null' : `a/${file}`,
    `b/${file}`,
    before,
    after,
    undefined,
    undefined,
    {
      context: 3,
      headerOptions: FILE_HEADERS_ONLY,
    },
  );
}

/**
 * One fix as a unified diff of all its files.
 * @param pathOf the path to show for one relative to the root
 */
export function patchOf(
  fix: Fix,
  textOf: (file: string) => string | undefined,
  pathOf = (file: string): string => file,
): string {
  return [...editsByFile({ chosen: [{ fix }] })]
    .map(([file, edits]) => {
      const text = textOf(file);
      return renderPatch(pathOf(file), text ?? '', edited(text ?? '', edits), text === undefined);
    })
    .join('');
}
