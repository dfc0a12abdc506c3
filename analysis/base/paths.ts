/** A test for files at or below one of some paths relative to the root; no paths mean every file. */
export function isBelow(paths: readonly string[]): (file: string) => boolean {
  if (paths.length === 0 || paths.includes('.')) return () => true;
  const exact = new Set(paths);
  const prefixes = paths.map((path) => `${path}/`);
  return (file) => exact.has(file) || prefixes.some((prefix) => file.startsWith(prefix));
}
