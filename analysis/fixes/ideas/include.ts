import { folderOf } from '../../base/paths.js';
import type { TextEdit } from '../text/edits.js';

/**
 * The edit that includes a header of `include/`, in order among those of its folder or of the folder around it;
 * `undefined` if there are none.
 */
export function includeEdit(whole: string, path: string): TextEdit | undefined {
  const header = path.replace(/^include\//, '');
  const lines = [...whole.matchAll(/^#include <([^>]+)>[^\n]*\n/gm)];
  const beside = lines.filter(([, name = '']) => folderOf(name) === folderOf(header));
  const around = lines.filter(([, name = '']) => name.startsWith(header.replace(/\/.*/, '/')));
  const own = beside.length > 0 ? beside : around;
  const above = own.filter(([, name = '']) => name < header).at(-1);
  const at = above === undefined ? own[0]?.index : above.index + above[0].length;
  if (header === path || at === undefined) return undefined;
  return { start: at, end: at, text: `#include <${header}>\n` };
}
