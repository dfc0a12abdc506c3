import { folderOf } from '../../base/paths.js';
import { filesThatName } from '../../link/files/one-driver.js';
import type { Program } from '../../link/types.js';
import { bareName } from '../../summaries/locks/terms.js';
import type { LockRef } from '../../summaries/state/types.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import { keyOf } from '../events/collect.js';

/**
 * The files of which code can name a lock: a variable of one source, one that headers of a folder declare which no other folder
 * includes, or a member of a record that such a source or header declares. `undefined` if other code can, too.
 */
export function filesThatNameLock(
  { classes, program }: Surroundings,
  lock: LockRef,
): ReadonlySet<string> | undefined {
  const info = classes.info(keyOf(lock) ?? '');
  const declaring = info?.declaredAt?.file;
  if (info === undefined || declaring === undefined) return undefined;
  const { term } = lock;
  if (term.k !== 'global') return info.record === '' ? undefined : filesThatName(program, declaring);
  const variable = program.resolveVariable(bareName(term), declaring);
  if (variable === undefined) return undefined;
  return variable.item.isStatic
    ? filesThatName(program, declaring)
    : filesDeclaring(program, bareName(term), declaring);
}

/** The files that can name a global variable by the headers of its folder. */
function filesDeclaring(program: Program, name: string, home: string): ReadonlySet<string> | undefined {
  const found = new Set([home]);
  let isDeclared = false;
  for (const header of program.filesIn(folderOf(home))) {
    if (!header.endsWith('.h')) continue;
    const isHere = program.outline(header)?.variables.some((one) => one.isExtern && one.name === name);
    if (isHere !== true) continue;
    const files = filesThatName(program, header);
    if (files === undefined) return undefined;
    isDeclared = true;
    for (const file of files) found.add(file);
  }
  return isDeclared ? found : undefined;
}
