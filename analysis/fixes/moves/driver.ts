import { folderOf } from '../../base/paths.js';
import type { Program } from '../../link/types.js';

/**
 * The files of a driver: those of its folder that share a header of the folder with it, directly or through other
 * files. A folder may hold hundreds of drivers. A file that includes no such header may belong with any other file
 * there.
 */
export function driverFiles(program: Program, file: string): readonly string[] {
  const folder = folderOf(file);
  const all = program.filesIn(folder);
  const own = new Map(
    all.map((each) => [each, program.included(each).filter((header) => folderOf(header) === folder)]),
  );
  if ((own.get(file) ?? []).length === 0) return all;
  const found = new Set([file, ...(own.get(file) ?? [])]);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const [each, headers] of own) {
      if (!found.has(each) && !headers.some((header) => found.has(header))) continue;
      for (const one of [each, ...headers]) found.add(one);
    }
  }
  return all.filter((each) => found.has(each));
}

/** Whether a file is a header for code outside the driver. */
export function isKernelHeader(file: string): boolean {
  return /(?:^|\/)include\//.test(file);
}

/** Folders above a driver's own: `drivers/net/wireless` holds others beside it. */
const ABOVE_DRIVERS = 3;

/** Whether a header lies in a folder of the driver's own for headers, beside the folder of one of its files or above it. */
export function isInOwnInclude(header: string, file: string): boolean {
  const [, root = ''] = /^(.*)\/include\//.exec(header) ?? [];
  return file.startsWith(`${root}/`) && root.split('/').length >= ABOVE_DRIVERS;
}

/**
 * The headers of the driver, which a file includes directly or through one another. With `inInclude`, also those of a
 * folder of its own for headers.
 */
export function ownHeaders(program: Program, file: string, inInclude = false): ReadonlySet<string> {
  const headers = new Set<string>();
  const open = [file];
  for (let from = open.pop(); from !== undefined; from = open.pop())
    for (const header of program.included(from)) {
      const isOther = isKernelHeader(header) && !(inInclude && isInOwnInclude(header, file));
      if (headers.has(header) || isOther) continue;
      headers.add(header);
      open.push(header);
    }
  return headers;
}

/** A function that a header declares and whose body is not in the program: it knows the driver's objects. */
export function declaredOnly(
  program: Program,
  file: string,
  headers: ReadonlySet<string>,
): string | undefined {
  const declared = [...headers].flatMap((header) => program.outline(header)?.prototypes ?? []);
  return declared.find(({ name }) => program.resolveCall(name, file).length === 0)?.name;
}

/** Largest share of the functions declared in the headers of a whole driver that may lack a definition. */
const MOST_LEFT_OVER = 0.1;

/**
 * Whether files of the driver may be missing: its own files declare functions that are used and not visible to any of
 * `files`, or so many unused ones that they cannot be left over from former versions.
 */
export function isPartial(program: Program, files: readonly string[], own: readonly string[]): boolean {
  const declared = new Set(
    own.flatMap((file) => program.outline(file)?.prototypes.map(({ name }) => name) ?? []),
  );
  const unseen = [...declared].filter((name) =>
    files.every((file) => program.resolveCall(name, file).length === 0),
  );
  const used = new Set(
    own.flatMap(
      (file) =>
        program.outline(file)?.functions.flatMap(({ calls, references }) => [...calls, ...references]) ?? [],
    ),
  );
  return unseen.some((name) => used.has(name)) || unseen.length > declared.size * MOST_LEFT_OVER;
}

/**
 * Whether files that see what a header declares may be missing: the headers beside it declare functions that the visible
 * files use, and no visible file defines them.
 */
export function mayBeSeenElsewhere(program: Program, home: string): boolean {
  if (!home.endsWith('.h')) return false;
  const files = [home, ...program.includedBy(home)];
  const own = new Set(files.flatMap((file) => [file, ...program.included(file)]));
  return isPartial(
    program,
    files,
    [...own].filter((file) => folderOf(file) === folderOf(home)),
  );
}

/** The kind of a repair that changes what a file declares: one that changes a header, which other files see, is judged apart. */
export function kindIn(kind: string, home: string): string {
  return home.endsWith('.h') ? `${kind}-in-header` : kind;
}
