import { handlersOf } from '../../../graph/contexts/handlers.js';
import type { FunctionRef, Program } from '../../../link/types.js';
import type { LineHandler } from '../joined.js';
import type { SourceWorld } from '../world.js';
import { callsIn, textOf } from './calls.js';
import { namesGiven } from './names.js';

/** Bound of the callees searched below a handler. */
const MOST_BELOW = 200;
/** Rules about locks and waits in interrupt context. */
const RULES: ReadonlySet<string> = new Set(['irq-inversion', 'irq-state', 'wait-deadlock']);

/**
 * Handlers that the source registers under the given names, by name. The registering call passes the name as a string,
 * or as something that the source fills with one; names given outside of the kernel are not found.
 */
export function handlersNamed(
  world: SourceWorld,
  names: ReadonlySet<string>,
): ReadonlyMap<string, readonly LineHandler[]> {
  const found = new Map<string, LineHandler[]>();
  for (const { name, handler } of registered(world, names)) {
    const own = found.get(name) ?? [];
    const isNew = own.every(({ where }) => where.function !== handler.name || where.file !== handler.file);
    if (isNew) found.set(name, [...own, describe(world, name, handler)]);
  }
  return found;
}

function* registered(
  world: SourceWorld,
  names: ReadonlySet<string>,
): Generator<{ readonly name: string; readonly handler: FunctionRef }> {
  const { program, models } = world;
  for (const file of program.files.keys()) {
    const outline = program.outline(file);
    for (const { index, apis } of outline ? handlersOf(outline, models).registering : []) {
      if (!apis.some(({ runsIn }) => runsIn === 'hardirq')) continue;
      const fn = program.functionAt(file, index);
      const text = fn ? textOf(world, fn) : '';
      for (const { name: called, runsIn, handlerArg, threadArg } of apis) {
        if (runsIn !== 'hardirq') continue;
        for (const given of callsIn(text, called)) {
          const own = [handlerArg, threadArg].map((arg) => given[arg ?? -1] ?? '');
          const patterns = namesGiven(world, given, file, text);
          for (const name of names) {
            if (!patterns.some((pattern) => pattern.test(name))) continue;
            for (const each of own) {
              const [handler] = program.resolveCall(each.replace(/^&/, ''), file);
              if (handler) yield { name, handler };
            }
          }
        }
      }
    }
  }
}

function describe({ program, analysis }: SourceWorld, action: string, handler: FunctionRef): LineHandler {
  const ids = new Set<string>();
  for (const fn of below(program, handler)) {
    for (const { key } of analysis.summary(fn)?.acquires ?? []) {
      const id = analysis.graph.classes.get(key)?.id;
      if (id !== undefined) ids.add(id);
    }
  }
  const findings = analysis.findings.filter(
    ({ rule, locks, story }) =>
      RULES.has(rule) &&
      (locks.some((id) => ids.has(id)) ||
        story.some((step) => step.function === handler.name && step.file === handler.file)),
  );
  return {
    action,
    where: {
      function: handler.name,
      file: handler.file,
      line: handler.item?.nameSpan.line ?? handler.line,
    },
    locks: [...ids].sort(),
    findings: findings.map(({ id }) => id),
  };
}

/** A handler and its direct and indirect callees. */
function below(program: Program, handler: FunctionRef): ReadonlySet<FunctionRef> {
  const found = new Set([handler]);
  // The loop also visits entries that it adds.
  for (const fn of found)
    if (found.size < MOST_BELOW) for (const callee of program.callees(fn)) found.add(callee);
  return found;
}
