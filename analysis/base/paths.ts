/** A test for files at or below one of some paths relative to the root; no paths mean every file. */
export function isBelow(paths: readonly string[]): (file: string) => boolean {
  if (paths.length === 0 || paths.includes('.')) return () => true;
  const given = new Set(paths);
  return (file) => {
    for (let path = file; path !== ''; path = folderOf(path)) if (given.has(path)) return true;
    return false;
  };
}

/** Name of the file that declares lock orders for a folder. */
export const ORDER_FILE = '.lockorder';

/** Whether a path relative to the root names a file of declared orders. */
export function isOrderFile(path: string): boolean {
  return path === ORDER_FILE || path.endsWith(`/${ORDER_FILE}`);
}

/** The folder of a file, `''` for the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Whether one of two folders lies inside the other. */
export function areNested(a: string, b: string): boolean {
  return a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

/** The name of a file without its folder. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
