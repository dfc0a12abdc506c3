import { folderOf } from '../../../base/paths.js';
import { lastWord } from '../../../base/words.js';
import { handlersOf } from '../../../graph/contexts/handlers.js';
import type { SourceWorld } from '../world.js';
import { callsIn, textOf } from './calls.js';
import { namesAssigned } from './names.js';

/**
 * The functions that a work item may run, from the call that waits for it: those registered for an object of the same
 * last name in the same file, else in the same folder. Empty if none is.
 */
export function workFunctions(world: SourceWorld, call: string, file: string): ReadonlySet<string> {
  const word = lastWord(/^\w+\s*\(([^,]*)/.exec(call)?.[1] ?? '');
  if (word === undefined) return new Set();
  const own = registeredIn(world, file, word);
  if (own.length > 0) return new Set(own);
  return new Set(world.program.filesIn(folderOf(file)).flatMap((each) => registeredIn(world, each, word)));
}

/**
 * Names of the workqueue that a call waits for: those with which it is made in the same file, else in the same folder.
 * Empty if it is made nowhere; `isOne` for a variable that is made once.
 */
export function queueNames(
  world: SourceWorld,
  call: string,
  file: string,
): { readonly patterns: readonly RegExp[]; readonly isOne: boolean } {
  const given = /^\w+\s*\(([^,)]*)/.exec(call)?.[1]?.trim() ?? '';
  const word = lastWord(given);
  if (word === undefined) return { patterns: [], isOne: false };
  const own = namesAssigned(world, word, file);
  const patterns =
    own.length > 0
      ? own
      : world.program.filesIn(folderOf(file)).flatMap((each) => namesAssigned(world, word, each));
  return { patterns, isOne: patterns.length === 1 && given === word };
}

function registeredIn(world: SourceWorld, file: string, word: string): readonly string[] {
  const { program, models } = world;
  const outline = program.outline(file);
  if (!outline) return [];
  const found: string[] = [];
  for (const { index, apis } of handlersOf(outline, models).registering) {
    const fn = program.functionAt(file, index);
    const text = fn ? textOf(world, fn) : '';
    for (const { name, runsIn, handlerArg } of apis) {
      if (runsIn !== 'work' || handlerArg === undefined) continue;
      for (const given of callsIn(text, name))
        if (lastWord(given[handlerArg - 1] ?? '') === word)
          found.push(lastWord(given[handlerArg] ?? '') ?? '');
    }
  }
  for (const { name, definedBy, members } of outline.variables) {
    const declarator = name === word && definedBy !== '' ? models.declarator(definedBy) : undefined;
    if (declarator?.runsIn !== 'work') continue;
    for (const { field, value } of members)
      if (field === `#${declarator.handlerArg ?? ''}`) found.push(lastWord(value) ?? '');
  }
  return found;
}
