import { folderOf } from '../../base/paths.js';
import { lastMember } from '../../outline/designators.js';
import type { FileOutline } from '../../outline/types.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { Naming, Registration } from '../contexts/registrations.js';
import { FilesAround } from '../sight/around-header.js';
import { areOtherMembers } from '../events/members.js';
import { entrySlot, irqSlot } from './slot-names.js';
import { SlotSources, type NamingNeeds, type Queued } from './slot-sources.js';

/** What a folder or a file registers and queues. */
interface Registered {
  /** Whether bodies were missing that may register or queue more. */
  readonly isPartial: boolean;
  readonly slots: ReadonlyMap<string, readonly Registration[]>;
  readonly queues: ReadonlyMap<string, readonly Queued[]>;
}

const NONE: readonly Registration[] = [];
/** The last name of an expression: `dev->timers[i].poll` ends with `poll`. */
const LAST_NAME = /\w+(?=\W*$)/u;

/** The members for which a file registers a function, by their names: `scan_timer` by `timer_setup(&m->scan_timer, …)`. */
function membersIn({ lockInits }: FileOutline): ReadonlySet<string> | undefined {
  const members = lockInits.flatMap(({ lock, handler }) =>
    handler === '' ? [] : (LAST_NAME.exec(lock)?.[0] ?? []),
  );
  return members.length === 0 ? undefined : new Set(members);
}

/** What folders and files register and queue, each read once: an instance serves one run. */
export class RegisteredPlaces {
  private readonly places = new Map<string, Registered>();
  private readonly sources: SlotSources;
  private readonly aroundHeader: FilesAround;

  constructor(
    private readonly around: NamingNeeds,
    demands: boolean,
  ) {
    this.sources = new SlotSources(around, demands);
    this.aroundHeader = new FilesAround(around.program);
  }

  /** The slot of an object with this naming; `undefined` if it has no name. */
  slotOf(value: Term, naming: Naming, file: string): string | undefined {
    const object = naming === 'object' ? t.deref(value) : t.pointed(value);
    const found = this.around.classes.classOf(object, 'section', 0, file);
    const key = 'key' in found ? found.key : undefined;
    return key === undefined || naming !== 'irq' ? key : irqSlot(key);
  }

  /** The slot of a queue, which is a lock class of the models if it has a name of its own. */
  queueSlot(name: string | undefined, queue: Term | undefined, file: string): string | undefined {
    if (name !== undefined) return this.around.classes.named(name, 'section', file);
    return queue && this.slotOf(queue, 'handle', file);
  }

  inFolder(folder: string): Registered {
    return this.inPlace(folder, () => this.around.program.filesIn(folder));
  }

  /**
   * The handler that other folders register for a slot: a driver of several folders declares its records in a private header,
   * and sets up their timers and work items in one of the folders. None if they register several: each part may have its own.
   */
  inOtherFolders(slot: string, folder: string): readonly Registration[] {
    const { classes, program } = this.around;
    const info = classes.info(slot);
    if (info?.declaredAt === undefined) return NONE;
    const named = program.facts.of(membersIn);
    const member = lastMember(info.id);
    const files = (this.aroundHeader.of(info.declaredAt.file) ?? []).filter(
      (file) => folderOf(file) !== folder && named.get(file)?.has(member) === true,
    );
    const found = files.flatMap((file) => this.inPlace(file, () => [file]).slots.get(slot) ?? NONE);
    return new Set(found.map(({ handler }) => handler)).size === 1 ? found : NONE;
  }

  private inPlace(place: string, files: () => readonly string[]): Registered {
    let known = this.places.get(place);
    if (known === undefined) {
      known = this.read(files());
      this.places.set(place, known);
    } else if (known.isPartial) this.around.program.demandAgain();
    return known;
  }

  private read(files: readonly string[]): Registered {
    const { program } = this.around;
    const before = program.demandsMade;
    const slots = new Map<string, Registration[]>();
    const queues = new Map<string, Queued[]>();
    const note = (slot: string | undefined, registration: Registration): void => {
      // An item without a name may still be queued by the function that creates it.
      const list = slots.get(slot ?? '') ?? [];
      slots.set(slot ?? '', list);
      if (
        !list.some(
          ({ handler, object }) =>
            handler === registration.handler &&
            (slot === undefined
              ? object.key === registration.object.key
              : !areOtherMembers(object, registration.object)),
        )
      )
        list.push(registration);
    };
    for (const file of files) {
      for (const registration of this.sources.declaredIn(file))
        note(this.slotOf(registration.object, registration.naming, file), registration);
      for (const one of this.sources.registeredIn(file)) {
        if ('handler' in one)
          note(entrySlot(one.object, file) ?? this.slotOf(one.object, one.naming, file), one);
        else {
          for (const queued of this.sources.lifted(one)) {
            const slot = this.queueSlot(queued.queueName, queued.queue, queued.fn.file);
            if (slot !== undefined) queues.set(slot, [...(queues.get(slot) ?? []), queued]);
          }
        }
      }
    }
    return { isPartial: program.demandsMade > before, slots, queues };
  }
}
