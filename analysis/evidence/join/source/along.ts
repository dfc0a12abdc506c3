import type { FunctionRef } from '../../../link/types.js';
import { plainFunction } from '../../../models/stacks.js';
import type { Event } from '../../../skeleton/types.js';
import type { Places } from './places.js';
import type { Frame } from '../../read/types.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import { waitEvents } from './wait-events.js';
import type { WaitSource } from '../waits/wait-source.js';
import type { SourceWorld } from '../world.js';

interface Named {
  readonly key: string;
  readonly name: string;
  readonly owed: boolean;
}

/** The locks that a task holds and waits for by its backtrace, according to the source. */
export function heldAlong(world: SourceWorld, places: Places): Pick<WaitSource, 'heldBy' | 'wantedBy'> {
  const { analysis, models } = world;

  const textAt = (fn: FunctionRef, { at }: Event): string => {
    const line = world.linesOf(fn.file)?.[at.line + fn.line - 1] ?? '';
    return line.slice(at.column - 1, at.line === at.endLine ? at.endColumn - 1 : undefined);
  };

  /** Of several events, the one on the frame's line, or the closest by the return address. */
  const nearest = (fn: FunctionRef, frame: Frame, events: readonly Event[]): Event | undefined => {
    if (events.length < 2 || !fn.item) return events[0];
    if (frame.line === undefined && frame.size <= 0) return undefined;
    const length = fn.item.endLine - fn.item.line;
    const guess = frame.line === undefined ? (length * frame.offset) / frame.size : frame.line - fn.line;
    return [...events].sort((a, b) => Math.abs(a.at.line - guess) - Math.abs(b.at.line - guess))[0];
  };

  const held = (fn: FunctionRef, event: Event | undefined): readonly Named[] => {
    const locks = (event && analysis.summary(fn)?.heldAt.get(event.id)) ?? [];
    return locks.map(({ key, id }) => ({ key, name: id, owed: false }));
  };

  /** Completions that a function signals once it continues: a task that waits for them waits for this task. */
  const owed = (fn: FunctionRef): readonly Named[] =>
    eventsOf(world.program.skeleton(fn))
      .filter((event) => event.k === 'complete')
      .map((event) => awaited(textAt(fn, event)));

  return {
    wantedBy: (frame, through, already) => {
      const fn = places.functionOf(frame);
      const all = fn ? waitEvents(fn, through, world) : [];
      // If the function takes two locks, the task waits for the one that it does not hold.
      const open = all.filter(
        (event) => !already.has((fn && analysis.summary(fn)?.lockOf.get(event.id)) ?? ''),
      );
      const event = fn && nearest(fn, frame, open.length > 0 ? open : all);
      if (!fn || !event) return undefined;
      if (event.k === 'acquire' || event.k === 'try') {
        const key = analysis.summary(fn)?.lockOf.get(event.id);
        const lock = key === undefined ? undefined : analysis.graph.classes.get(key);
        return lock && { key: lock.key, name: lock.id };
      }
      const text = textAt(fn, event);
      const isMet = event.k === 'wait' && models.api(event.api)?.awaits === 'completion';
      if (text === '') return undefined;
      return isMet ? { ...awaited(text), name: text } : { key: `${fn.file}:${text}`, name: text };
    },
    heldBy: (frames) =>
      frames.flatMap((frame, index) => {
        const fn = places.functionOf(frame, frames);
        if (!fn) return [];
        const inner = frames[index - 1];
        const callee = inner && plainFunction(inner.function);
        const events = inner
          ? eventsOf(world.program.skeleton(fn)).filter(
              (event) => event.k === 'call' && event.callee === callee,
            )
          : waitEvents(fn, '', world);
        return [...held(fn, nearest(fn, frame, events)), ...owed(fn)];
      }),
  };
}

/** `complete(&call->done)` and its wait are matched by the last word of the argument. */
function awaited(text: string): Named {
  const word = /(\w+)\W*$/.exec(text.split(',')[0] ?? '')?.[1] ?? '';
  return { key: `completion ${word}`, name: word, owed: true };
}
