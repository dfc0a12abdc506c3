import { lastMember } from '../../../outline/designators.js';
import type { Models, OtherApi } from '../../../models/types.js';
import type { Program } from '../../../link/types.js';
import { attributeFunctions, functionsBehind } from '../../../graph/contexts/behind.js';
import { handlersOf } from '../../../graph/contexts/handlers.js';

/**
 * Names in a directory that may be handlers: those mentioned by functions that register or store handlers, in tables
 * too.
 */
export function handlerNames(program: Program, models: Models, directory: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of program.filesIn(directory)) {
    const outline = program.outline(file);
    if (outline === undefined) continue;
    const handlers = handlersOf(outline, models);
    for (const { index, apis } of handlers.registering) {
      const names = (api: OtherApi): boolean =>
        api.itemArg !== undefined || (api.k === 'register' && api.ontoArg === undefined);
      if (!apis.some(names)) continue;
      const hasTable = apis.some((api) => api.k === 'register' && api.tableArg !== undefined);
      for (const name of outline.functions[index]?.references ?? []) {
        found.add(name);
        if (hasTable) for (const fn of functionsBehind(program, name, file)) found.add(fn.name);
      }
    }
    for (const { value, api } of handlers.declared) if (api.runsIn !== 'process') found.add(value);
    for (const { members } of outline.variables)
      for (const { field, value } of members) if (models.isHandlerField(lastMember(field))) found.add(value);
    for (const { fills } of outline.functions)
      for (const { field, value } of fills) if (models.isHandlerField(field)) found.add(value);
    for (const value of attributeFunctions(program, file)) found.add(value);
  }
  return found;
}
