import type { Finding } from '../analysis/checks/types.js';
import { partsOf, type FindingPart } from '../analysis/ide/parts.js';
import type { ListedFiles } from '../protocol/views.js';
import type { KeptFindings } from './programs/kept.js';
import type { Root } from './programs/root.js';
import type { RootView } from './programs/view.js';

/** The part of a root that is needed here. */
export interface Listable {
  readonly view: Pick<RootView, 'findings' | 'hidden' | 'parts'> | undefined;
  readonly kept: Pick<KeptFindings, 'all' | 'parts' | 'besides'>;
  readonly showsClosed: boolean;
  readonly open: ReadonlyMap<string, { readonly isShown: boolean }>;
}

/** All known findings: those of the program and, until it covers the folder, stored ones. */
export function known({ view, showsClosed, kept }: Listable): readonly Finding[] {
  const own = view?.findings ?? [];
  return showsClosed ? own : kept.besides(own);
}

/**
 * The findings that diagnostics, views and counts show alike. What a program finds between closed files depends on how far
 * it has grown, so before a scan only findings in open files are among them.
 */
export function listed(root: Listable): readonly Finding[] {
  const own = root.view?.findings ?? [];
  if (root.showsClosed) return own;
  const ids = new Set(own.map(({ id }) => id));
  // The program tells what is in open files.
  const stored = root.kept.all.filter((finding) => ids.has(finding.id) || isIn(root, finding, false));
  const isStored = new Set(stored.map(({ id }) => id));
  const now = own.filter((finding) => isStored.has(finding.id) || isIn(root, finding, true));
  return [...now, ...stored.filter(({ id }) => !ids.has(id))];
}

/** Whether a root still has to find again what the previous one showed in closed files. */
export function owesClosed({ showsClosedLater, showsClosed, open, bounds }: Root): boolean {
  return showsClosedLater && !showsClosed && open.size > 0 && bounds.wanted === 'tree';
}

/** The suppressed findings of the same files. */
export function listedHidden(root: Listable): RootView['hidden'] {
  const all = root.view?.hidden ?? [];
  return root.showsClosed ? all : all.filter(({ finding }) => isIn(root, finding, true));
}

/** Whether a finding has a part in an open file, or in a closed one. */
function isIn({ open }: Listable, finding: Finding, isOpen: boolean): boolean {
  return partsOf(finding).some(({ file }) => (open.get(file)?.isShown === true) === isOpen);
}

/** The parts of findings that diagnostics are published for. */
export function* publishedParts({ view, kept, showsClosed, open }: Listable): Iterable<FindingPart> {
  for (const file of open.keys()) yield* view?.parts.get(file) ?? [];
  const closed = showsClosed && view ? view.parts : kept.parts;
  for (const [file, parts] of closed) if (!open.has(file)) yield* parts;
}

/** The files that findings are listed of. */
export function scopeOf(roots: readonly Listable[]): ListedFiles {
  if (roots.length > 0 && roots.every(({ showsClosed }) => showsClosed)) return 'workspace';
  return roots.some(({ showsClosed, kept }) => showsClosed || kept.all.length > 0) ? 'scanned' : 'open';
}
