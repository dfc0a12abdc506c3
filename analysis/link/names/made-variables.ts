import type { Models } from '../../models/types.js';
import type { MacroUseItem } from '../../outline/types.js';

/** The variables that a use of an attribute macro defines. */
export function madeBy(models: Models, { name, arguments: args }: MacroUseItem): readonly string[] {
  return (models.attributeMacro(name)?.makes ?? []).map((pattern) => fillPattern(pattern, args));
}

/** A name that a macro makes of its arguments: `$` stands for the first one, `@1` for the one with that index. */
export function fillPattern(pattern: string, args: readonly string[]): string {
  return pattern.replace('$', args[0] ?? '').replace(/@(\d)/, (_, at) => args[Number(at)] ?? '');
}
