import { symbolOf } from '../../summaries/locks/symbols.js';
import { folderOf } from '../../base/paths.js';
import type { Location } from '../../base/span.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { ClassTable } from '../../summaries/locks/locks.js';
import type { Site } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { Models, OtherApi } from '../../models/types.js';
import { attributesBehind, definedAt } from '../contexts/behind.js';
import type { Collected } from '../events/collect.js';
import { lockOfQueue, type LockedQueue } from '../waits/queue-locks.js';
import { around } from '../slots/slot-names.js';
import { WaitSlots } from '../slots/slots.js';
import type { NamingNeeds, Queued } from '../slots/slot-sources.js';
import { nameOf } from '../waits/given-functions.js';

/** A class that a call waits for as for a lock. */
export interface AwaitedSection {
  readonly key: string;
  readonly mode: 'read' | 'write';
}

/** A function that runs while such a class is held. */
export interface RunUnder {
  readonly key: string;
  readonly handler: FunctionRef;
}

/** An item whose own section begins while that of its queue is held. */
export interface ItemUnder {
  readonly key: string;
  readonly item: string;
  readonly site: Site;
}

/**
 * What lockdep treats as a lock because code waits until all that runs through it has finished: workqueues, heads of
 * notifier chains, and files of sysfs. Looks at bodies that others asked for, and asks for none.
 */
export class QueueSections {
  private readonly slots: WaitSlots;
  private readonly needs: NamingNeeds;
  private readonly files = new Map<string, readonly FunctionRef[]>();
  private readonly places = new Map<string, Location>();
  private readonly folders = new Set<string>();

  constructor(
    private readonly collected: Collected,
    private readonly classes: ClassTable,
    models: Models,
  ) {
    const { program, summaries } = collected;
    this.needs = { program, models, classes, summaryOf: (fn) => summaries.get(fn) };
    this.slots = new WaitSlots(this.needs, false);
    for (const { apis, fn } of summaries.values())
      if (apis.some(({ api }) => models.api(api)?.ontoArg !== undefined)) this.folders.add(folderOf(fn.file));
  }

  /** What a call that waits for a queue or for a file waits for. */
  awaitedBy(api: OtherApi, args: readonly Term[], file: string): readonly AwaitedSection[] {
    const given = api.arg === undefined ? undefined : args[api.arg];
    if (given === undefined) return [];
    if (api.awaits === 'kernfs' && api.byHandle !== true) return this.removed(api, given, file);
    const found = api.awaits === 'queue' ? this.lockOf(given, file) : undefined;
    if (found === undefined) return [];
    const { key, lock } = found;
    const isCall = api.callsBack === true;
    if (isCall && lock.over === 'nothing') return [];
    // Who joins takes another lock.
    if (!isCall && lock.leavingOnly === true && api.leaves !== true) return [];
    return [{ key, mode: isCall ? 'read' : 'write' }];
  }

  private lockOf(queue: Term | undefined, file: string): LockedQueue | undefined {
    return lockOfQueue(this.needs, queue, file);
  }

  /** The files that a call removes: readers and writers hold what it waits for. */
  private removed(api: OtherApi, given: Term, file: string): readonly AwaitedSection[] {
    const { program } = this.collected;
    const object = t.origin(given);
    const name = object && nameOf(around(object, api));
    if (name === undefined) return [];
    return [...attributesBehind(program, name, file)].flatMap(([attribute, functions]): AwaitedSection[] => {
      const place = definedAt(program, attribute, file);
      if (place === undefined) return [];
      const key = this.classes.named(symbolOf(place.file, attribute), 'section', file);
      this.files.set(key, functions);
      this.places.set(key, place);
      return [{ key, mode: 'write' }];
    });
  }

  /** Where the files are defined that some call removes, by class. */
  get definitions(): ReadonlyMap<string, Location> {
    return this.places;
  }

  /** Callbacks, and the functions behind the files that {@link awaitedBy} has found. */
  *runs(): Generator<RunUnder> {
    for (const [key, functions] of this.files) for (const handler of functions) yield { key, handler };
    for (const [{ key, lock }, { item, fn }] of this.queued()) {
      if (lock.over !== 'callbacks' || item === undefined) continue;
      for (const { handler } of this.slots.ofItem(item, fn)) yield { key, handler };
    }
  }

  *items(): Generator<ItemUnder> {
    for (const [{ key, lock }, { item, fn, site }] of this.queued()) {
      const slot =
        lock.over === 'items' && item !== undefined ? this.slots.slotOf(item, 'object', fn.file) : undefined;
      if (slot !== undefined) yield { key, item: slot, site };
    }
  }

  private *queued(): Generator<readonly [LockedQueue, Queued]> {
    for (const folder of this.folders) {
      for (const all of this.slots.queuesIn(folder).values()) {
        for (const queued of all) {
          const locked = this.lockOf(queued.queue, queued.fn.file);
          if (locked !== undefined) yield [locked, queued];
        }
      }
    }
  }
}
