import { isString, nameInSymbol } from '../../summaries/locks/symbols.js';
import { baseOf } from '../../base/ctype.js';
import { folderOf } from '../../base/paths.js';
import type { VariableItem } from '../../outline/types.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import type { Term } from '../../summaries/locks/terms.js';

/** A function that is called for objects made with some name. */
export interface NamedWatcher {
  readonly handler: FunctionRef;
  /** The table that has it. */
  readonly table: VariableItem;
  readonly file: string;
}

/** The functions in tables of a folder that are called when objects with a name are added or removed. */
export function* watchingName(
  { program, models }: { readonly program: Program; readonly models: Models },
  name: Term | undefined,
  when: 'added' | 'removed',
  around: string,
): Generator<NamedWatcher> {
  if (name?.k !== 'global') return;
  const text = isString(name.name) ? name.name : nameInSymbol(name.name);
  for (const file of program.filesIn(folderOf(around)))
    for (const table of program.outline(file)?.variables ?? []) {
      const watches = models.watches(baseOf(table.type));
      if (watches?.byName !== true) continue;
      if (!table.members.some(({ field, value }) => field === watches.hub && value === text)) continue;
      for (const { field, value } of table.members) {
        const [handler] = watches[when].includes(field) ? program.resolveCall(value, file) : [];
        if (handler?.item !== undefined) yield { handler, table, file };
      }
    }
}
