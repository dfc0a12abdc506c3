import { z } from 'zod';
import { FRAMES, LOCK_KINDS } from './kinds.js';
import type {
  ClassRecord,
  EntryRecord,
  EventRoleFacts,
  FieldRecord,
  FunctionRecord,
  LayoutRecord,
  LockFacts,
  PatternRecord,
  Provenance,
  ShapeRecord,
  TypeRecord,
} from './record.js';
import type {
  AssignMacro,
  AsWork,
  AttributeMacro,
  BlockingMember,
  Deferral,
  SleepingMember,
  ThreadedVariant,
  CallbackCall,
  ClockFacts,
  Companion,
  ContainerMacro,
  MacroDefinition,
  DeclaratorMacro,
  DefinesScope,
  HandOver,
  LockGiven,
  LockNaming,
  LoopMacro,
  MadeObject,
  ReferencePut,
  TableProtocol,
  Watches,
  TimedWork,
  OwnFlag,
  TableCondition,
  TablePut,
  PollInAtomic,
  MemberOfParameter,
  QueueLock,
  SleepingIterator,
  SleepsInside,
  SpinningDelay,
  WorkCalls,
} from '../types.js';

/** One schema per key of a type, so that type and schema have the same keys. */
type Fields<T> = { readonly [K in keyof T]-?: z.ZodType };

const arg = z.int().min(0);
const word = z.string().min(1);
const words = z.array(word);
const yes = z.literal(true).optional();
const flag = z.boolean().optional();
const mode = z.enum(['write', 'read']);
const confidence = z.enum(['high', 'medium', 'low']);

const lockKind = z.enum(LOCK_KINDS);

const context = z.enum(
  'process hardirq softirq threaded-irq timer tasklet work kthread nmi atomic rcu'.split(' '),
);

const awaits = z.enum([
  'work',
  'queue',
  'timer',
  'tasklet',
  'irq',
  'kthread',
  'napi',
  'completion',
  'condition',
  'srcu',
  'rcu',
  'kernfs',
  'other',
]);

const version = z.string().regex(/^\d+\.\d+$/, 'must be a version such as 6.12');

/** `->mutex`, `->dev.mutex`, `*`, `RET->lock`, `RET`. */
const lockPath = z
  .string()
  .regex(
    /^(?:\*|RET|(?:RET)?(?:->\w+(?:\.\w+)*)+)$/,
    'must be a path such as ->lock, ->dev.lock, RET->lock or *',
  );

const provenance = {
  source: word.optional().describe('Definition in a kernel tree: `6.12 include/linux/mutex.h:153`.'),
  seenIn: z.array(version).optional().describe('Checked kernels that define it, if not all do.'),
  since: version.optional().describe('First kernel version that has it.'),
  until: version.optional().describe('Last kernel version that has it.'),
  note: word.optional().describe('Why the record says what it says.'),
} satisfies Fields<Provenance>;

const lockFacts = z.strictObject({
  kind: lockKind.describe('Kind of lock.'),
  mode: mode.optional().describe('Exclusive (write, the default) or shared (read).'),
  arg: arg.optional().describe('Index of the argument that points to the lock or to the object it is in.'),
  path: lockPath
    .optional()
    .describe('Access path from that argument to the lock: `->mutex`, `*`, `RET->lock`.'),
  argType: word.optional().describe('C type of the object that the argument points to.'),
  implicit: word.optional().describe('Lock class if no argument names the lock.'),
  lockClass: word.optional().describe('Lock class, overriding the path.'),
  besides: word.optional().describe('Function whose lock is also taken or released.'),
  bitArg: arg.optional().describe('Index of the argument that numbers the bit.'),
  success: z.enum(['zero', 'nonzero']).optional().describe('Return value with which the lock is held.'),
  irq: z.enum(['save', 'disable', 'restore', 'enable']).optional(),
  bh: flag,
  flagsArg: arg.optional(),
  flagsByAddress: flag.describe('The argument for the interrupt state is its address.'),
  subclassArg: arg.optional().describe('Index of the argument that is a nesting subclass.'),
  subclass: z.int().min(0).optional(),
  nestArg: arg.optional(),
  sleeps: flag,
  gfpArg: arg.optional(),
  atomic: flag.describe('Nothing may sleep while it is held.'),
  preemptible: flag,
  handedOver: flag,
  recursive: flag,
  given: flag.describe(
    'The last field of the path points to the lock, which the object got when it was made.',
  ),
  guardsPages: flag,
  orKernelMemory: flag.describe(
    "What the caller passes decides whether the memory that it reaches is a user's or the kernel's.",
  ),
  ofUnmapped: word
    .optional()
    .describe('Only code of an object of this type that nobody maps calls it: a directory.'),
  mutexIf: word.optional().describe('It is a mutex for objects with this member set.'),
  lastReference: flag,
  uncheckedHolds: flag,
  failsOnlyFor: z
    .array(arg)
    .optional()
    .describe('Arguments, at least one of which is not zero where the call fails.'),
  alreadyHeld: z.int().optional().describe('Error number of a context that already holds the lock.'),
  anyMode: flag,
  anyKind: flag,
  mutedAtBoot: flag,
  recursiveRead: z.enum(['always', 'in-interrupt']).optional(),
  interruptible: flag.describe('An acquisition that waits but may fail.'),
  timed: flag.describe('An acquisition that gives up after a timeout.'),
  nonBlocking: flag,
  noLockdep: flag,
  callbackArg: arg.optional(),
  followed: flag,
  bodyDecides: flag,
  olderDeclare: z.string().optional(),
  waitsAlone: flag,
  noCycle: flag,
} satisfies Fields<LockFacts>);

const eventFacts = z.strictObject({
  sleeps: flag,
  gfpArg: arg.optional(),
  unlessArg: arg.optional().describe('Sleeps only if this argument is zero.'),
  gfpDefault: word.optional().describe('The flags if the argument with them, the last one, is left out.'),
  arg: arg.optional(),
  awaits: awaits.optional(),
  dropsArg: arg.optional(),
  conditionArg: arg.optional(),
  givenUp: z.enum(['never', 'negative', 'zero']).optional(),
  unlockedArg: arg.optional(),
  behindArg: arg.optional(),
  timed: flag,
  pinsModule: flag,
  withoutThread: flag,
  context: z.enum(['irq', 'bh', 'preempt', 'nofs', 'noio', 'pagefault', 'preempt-pagefault']).optional(),
  withoutArgs: flag.describe('Only calls without arguments: another architecture has a macro of the name.'),
  change: z.enum(['disable', 'enable', 'save', 'restore']).optional(),
  acquireContext: z.enum(['begin', 'close', 'end']).optional(),
  classArg: arg.optional(),
  flagsArg: arg.optional(),
  handlerArg: arg.optional(),
  threadArg: arg.optional(),
  runsIn: context.optional(),
  threadRunsIn: context.optional(),
  objectArg: z.union([arg, z.literal('result')]).optional(),
  tableArg: arg.optional(),
  tableOfObject: flag,
  givenFirst: flag,
  objectIn: z.strictObject({ parameter: arg, member: word } satisfies Fields<MemberOfParameter>).optional(),
  objectAround: word.optional(),
  tableAround: word.optional(),
  tableWithout: words.optional(),
  tableOnly: words.optional(),
  tableFirst: word.optional().describe('The member that is asked first: a table with it calls no other.'),
  tableType: word
    .optional()
    .describe('Waits for members of the only table of this type in the file that waits.'),
  tableOwn: flag,
  tableAfter: words
    .optional()
    .describe('Surely only in files that call one of these functions or pass it on.'),
  tableElsewhere: z.literal('never').optional(),
  tableBusy: words
    .optional()
    .describe('Members that run under a lock which the call takes: it waits for them.'),
  withinArg: arg.optional(),
  nameArg: arg.optional(),
  dataArg: arg.optional(),
  ontoArg: arg.optional(),
  itemArg: arg.optional(),
  queueName: word.optional(),
  inTurn: flag,
  inTurnArg: arg.optional(),
  leaves: flag,
  startsThread: flag,
  callsBack: flag,
  toldArg: arg.optional(),
  toldOneOf: words.optional(),
  watched: z
    .enum(['added', 'removed'])
    .optional()
    .describe('It calls what watches the bus, the class or the driver of the object.'),
  holds: words.optional(),
  valueArg: arg.optional(),
  byHandle: flag,
  dataField: words.optional(),
  forcedArg: arg.optional(),
  modeArg: arg
    .optional()
    .describe('Index of the argument with the mode of a timer: a soft one expires in softirq.'),
  confidence: confidence.optional(),
  followed: flag,
  asMade: word.optional(),
  sparedBy: word
    .optional()
    .describe(
      'The call after which it does not sleep. Without it in a file, it sleeps where the functions that the file has for its own object do.',
    ),
  ofRequest: flag.describe(
    'Each call registers the callback of one request: those of others may be pending.',
  ),
  touchesUser: flag,
  asksPending: flag,
  asksRunning: flag,
  quiets: z.enum(['irq', 'table']).optional(),
  resumes: z.enum(['irq']).optional(),
  irqsMayBeOff: flag,
  irqsMustBeOn: flag,
  waitsArg: arg.optional(),
  notInHardirq: flag.describe('Waits for code that a hardware interrupt may have interrupted.'),
  defersInInterrupts: flag,
  sleepsAlone: flag,
  preemptionMayBeOff: flag,
  asksContext: flag,
  asksInterrupts: flag.describe('Tests nothing but whether interrupts are disabled.'),
  missesLocks: flag.describe('Says nothing of a held lock.'),
} satisfies Fields<EventRoleFacts>);

const lock = lockFacts.optional();
const event = eventFacts.optional();

const attributeMacro = z.strictObject({
  makes: words,
  given: z.array(arg),
  named: words,
} satisfies Fields<AttributeMacro>);

const functionRecord = z.strictObject({
  name: word.describe('Name of the function or macro.'),
  acquire: lock.describe('Always returns with the lock held.'),
  try: lock.describe('Holds the lock when the result is `success`.'),
  release: lock,
  downgrade: lock,
  assertHeld: lock,
  assertNotHeld: lock,
  mightAcquire: lock,
  transient: lock.describe('Takes the lock and releases it before it returns.'),
  init: lock,
  wait: event.describe('Returns only after other code has run.'),
  complete: event,
  sleep: event,
  context: event,
  query: event,
  register: event.describe('Registers a function that runs later.'),
  free: event,
  plain: yes,
  lockGiven: z
    .strictObject({
      lockArg: arg,
      member: z.string().regex(/^\w+\.\w+$/, 'names no member'),
      irqSafe: yes,
    } satisfies Fields<LockGiven>)
    .optional()
    .describe('Makes an object that uses a lock of the caller.'),
  lockNaming: z
    .strictObject({
      lockArg: z.int().min(-1),
      names: words,
      keyArg: arg.optional(),
      handlerArg: arg.optional(),
      attributes: z.strictObject({ arg, none: z.array(z.string()) }).optional(),
    } satisfies Fields<LockNaming>)
    .optional(),
  loop: z
    .union([
      z.strictObject({
        cursorArg: arg.optional(),
        headArg: arg.optional(),
        assigns: z.array(arg).optional(),
        nonNull: flag,
      } satisfies Fields<LoopMacro>),
      z.literal(false),
    ])
    .optional()
    .describe('Expands to the head of a loop.'),
  declarator: z
    .strictObject({
      nameArg: arg,
      type: z.string(),
      isStatic: flag,
      declaresOnly: flag,
      typeArg: arg.optional(),
      perCpu: flag,
      handlerArg: arg.optional(),
      runsIn: context.optional(),
      countArg: arg.optional(),
      members: z.array(z.string()).optional(),
    } satisfies Fields<DeclaratorMacro>)
    .optional(),
  container: z
    .strictObject({
      pointerArg: arg,
      typeArg: z.int().min(-1),
      memberArg: z.int().min(-1),
      typeOfArg: arg.optional(),
      type: word.optional(),
      member: word.optional(),
      indirect: flag,
      step: word.optional(),
      orNull: flag,
    } satisfies Fields<ContainerMacro>)
    .optional(),
  companion: z
    .strictObject({ arg, field: word, indexArg: arg.optional() } satisfies Fields<Companion>)
    .optional(),
  assign: z
    .strictObject({
      targetArg: arg,
      valueArg: arg,
      throughPointer: flag,
      field: word.optional(),
    } satisfies Fields<AssignMacro>)
    .optional(),
  element: z.enum(['object', 'pointer']).optional(),
  member: yes,
  value: arg.optional().describe('Index of the argument that the call returns.'),
  valueAt: arg.optional().describe('Index of the argument that points to what the call returns.'),
  errorTest: z.enum(['is-error', 'is-error-or-null', 'error-or-zero']).optional(),
  expansion: z.strictObject({ parameters: words, body: word } satisfies Fields<MacroDefinition>).optional(),
  scope: z.enum(['guard', 'scoped', 'scoped-conditional', 'class', 'cleanup']).optional(),
  definesScope: z
    .strictObject({
      kind: z.enum(['pointer', 'object', 'none', 'value', 'free']),
      typeArg: arg.optional(),
      beginArg: arg.optional(),
      endArg: arg.optional(),
      extensionArg: arg.optional(),
      isConditional: flag,
      successArg: arg.optional(),
      parametersFrom: arg.optional(),
    } satisfies Fields<DefinesScope>)
    .optional(),
  setup: word.optional(),
  cleanup: word.optional(),
  noreturn: yes.describe('Never returns.'),
  returnsArg: z
    .int()
    .min(-1)
    .optional()
    .describe('Returns from the function that uses the macro, with this argument; -1 for no value.'),
  crash: yes,
  fill: yes,
  conditionalBug: yes,
  statesAcquisition: yes.describe(
    'Says that the lock of its first argument has been acquired in a way that tools do not see.',
  ),
  resetsValidator: yes,
  attribute: yes,
  attributeCall: yes,
  structMacro: yes.describe('A macro that stands for `struct NAME`, where NAME is its first argument.'),
  lockAnnotation: yes,
  unguarded: yes.describe(
    'Accesses among its arguments, or in a function with this attribute, need no lock.',
  ),
  section: z.enum(['process', 'module-exit']).optional(),
  attributeMacro: attributeMacro.optional(),
  initialiserMacro: attributeMacro
    .optional()
    .describe('In an initialiser, it names functions by a part of their names.'),
  memberMacro: words
    .optional()
    .describe('In an initialiser, it expands to these members, one for each argument.'),
  givesData: yes.describe('Returns what a device or a file-system entry was created with.'),
  opensFile: yes.describe('Receives the functions that serve the readers of an open file.'),
  allocator: yes,
  zeros: yes.describe('Returns a pointer to a new object whose members are zero.'),
  endsGiven: yes.describe('Releases locks of what it is given, which its caller took.'),
  zeroIf: arg.optional().describe('Returns zero if this argument is not zero.'),
  asksFlags: arg.optional().describe('Returns whether the allocation flags in this argument allow to wait.'),
  returnsNumber: z.int().optional().describe('Always returns this number.'),
  bits: z
    .enum(['one', 'range'])
    .optional()
    .describe('A number with this bit set, or with the bits from the second argument to the first.'),
  neverFails: yes.describe('A flag with which allocations, and what needs one, never fail.'),
  allocationFlag: z.enum(['waits', 'never', 'silent']).optional(),
  mapsPages: yes.describe('May map pages, and wait whatever its flags are.'),
  needsReclaim: yes,
  atomicFlag: word.optional(),
  spareFlag: word.optional(),
  withoutFs: yes,
  reclaimBit: yes,
  saysMaySleep: yes,
  lastReferenceTest: z.enum(['zero', 'nonzero']).optional(),
  lastPut: yes,
  referencePut: z.strictObject({ countArg: arg, releaseArg: arg } satisfies Fields<ReferencePut>).optional(),
  tablePut: z
    .strictObject({
      countArg: arg,
      releases: z.array(z.strictObject({ record: word, member: word })),
      lastAfter: word.optional(),
    } satisfies Fields<TablePut>)
    .optional(),
  givesArg: yes.describe('Returns its first argument.'),
  referenceGet: yes.describe('Takes a reference to the object of its first argument.'),
  unlinks: yes.describe('Takes the object of its first argument out of a container.'),
  links: yes.describe('Puts the object of its first argument into the list of its second.'),
  takesOut: yes.describe('Takes an object out of a container and returns it.'),
  namesRunner: yes,
  stateTest: yes,
  tellsKind: yes.describe('Tells of what kind an object is, which never changes.'),
  claims: yes.describe('Sets a flag; of those that set it, only the first gets zero.'),
  sleepsInside: z
    .union([
      z.literal(true),
      z.strictObject({ nonZeroArg: arg.optional(), gfpArg: arg.optional() } satisfies Fields<SleepsInside>),
    ])
    .optional()
    .describe(
      'Sleeps, unless it returns before for NULL or an error; with `nonZeroArg`, if that argument is not zero; with `gfpArg`, if the allocation flags in that argument allow it. Used where the body is not visible.',
    ),
  passesOn: yes.describe('Runs the handlers of another interrupt, under locks of their own.'),
  makes: z
    .strictObject({ kind: word, sleeps: z.boolean() } satisfies Fields<MadeObject>)
    .optional()
    .describe('Makes an object of a kind whose accesses sleep, or do not, by what makes it.'),
  callbacks: z
    .array(
      z.strictObject({ functionArg: arg, given: z.array(z.int().min(-1)) } satisfies Fields<CallbackCall>),
    )
    .min(1)
    .optional()
    .describe('Calls functions passed to it, before it returns.'),
  inert: yes.describe('Has no effect on locks worth following.'),
  publishes: yes,
  endsRun: yes,
  withoutWait: word.optional(),
  inAtomic: word.optional(),
  needsInterrupts: yes.describe(
    'Must not be called with interrupts disabled: it warns, waits for other CPUs, or enables them.',
  ),
  starts: z.int().min(0).optional().describe('The argument whose handler it schedules.'),
  spinningWait: word.optional(),
  tellsThread: yes,
  threaded: z
    .strictObject({ name: word, flag: word, kept: words } satisfies Fields<ThreadedVariant>)
    .optional()
    .describe('The variant that registers the handler of a thread.'),
  asWork: z
    .strictObject({
      what: word,
      from: z.string(),
      to: z.string(),
      member: word,
      given: z.string(),
      inits: z.record(z.string(), word),
      timed: z
        .strictObject({
          now: word,
          expires: word,
          start: word,
          starts: word,
          restart: word,
          restarts: word,
          queues: words,
        } satisfies Fields<TimedWork>)
        .optional(),
      calls: z.record(word, word),
      newer: z.record(word, word),
      containers: words,
      container: word,
      unfit: words,
    } satisfies Fields<AsWork>)
    .optional()
    .describe('How a work item takes the place of the timer or tasklet that it sets up.'),
  attempt: word.optional().describe('The variant that gives up at once if the lock is taken.'),
  failed: word.optional().describe('What tells whether the guard that it declares failed to take its lock.'),
  yields: yes.describe('It only lets other tasks run: nothing waits for it, and it changes nothing.'),
  restarts: yes.describe('Its result lets the kernel run a system call again.'),
  pause: z.string().optional().describe('Arguments with which it pauses before another attempt.'),
  switchedBack: word.optional(),
  unlocked: z
    .enum(['before', 'behind', 'delay'])
    .optional()
    .describe('Needs no lock: the side of a critical section to which the call may move.'),
  clock: z
    .strictObject({
      prepared: word.optional(),
      plain: word.optional(),
      indifferent: yes,
    } satisfies Fields<ClockFacts>)
    .optional()
    .describe('Its part in preparing and enabling a clock.'),
  spinningDelay: z
    .strictObject({ name: word, atMost: z.number() } satisfies Fields<SpinningDelay>)
    .optional(),
  sleepingIterator: z
    .strictObject({ name: word, lock: word, heldIn: words.optional() } satisfies Fields<SleepingIterator>)
    .optional()
    .describe('The iterator with the same arguments that calls its function where that may sleep.'),
  pollInAtomic: z
    .strictObject({ name: word, timeoutArg: arg } satisfies Fields<PollInAtomic>)
    .optional()
    .describe('The polling macro with the same arguments that does not sleep.'),
  timerMode: z.enum(['soft', 'hard']).optional(),
  timerSetup: yes,
  sleepsIf: word
    .optional()
    .describe('The member that is set, or flag that is named, beside this call if the operations may sleep.'),
  atomicIf: word
    .optional()
    .describe('The member that is set beside this call if the operations must not sleep.'),
  keepsHard: yes,
  softQueue: yes,
  entersOff: yes,
  withoutFaults: yes,
  moduleMark: yes,
  stack: z
    .discriminatedUnion('k', [
      z.strictObject({ k: z.literal('machinery') }),
      z.strictObject({ k: z.literal('lock'), kind: lockKind }),
      z.strictObject({ k: z.literal('wait'), awaits }),
      z.strictObject({ k: z.literal('entry') }),
    ])
    .optional(),
  constant: z.int().optional(),
  neverDefined: yes,
  alwaysDefined: yes,
  otherSystem: yes,
  ...provenance,
} satisfies Fields<FunctionRecord>);

const patternRecord = z.strictObject({
  pattern: word.refine(isExpression, 'is not a regular expression'),
  loop: functionRecord.shape.loop,
  allocator: yes,
  inert: yes,
  entersOff: yes,
  withoutFaults: yes,
  section: functionRecord.shape.section,
  givenOutside: yes,
  lockMember: yes,
  releases: yes,
  acquires: yes,
  saysSleep: yes,
  makesNew: yes,
  copies: yes,
  writesText: yes,
  tells: yes,
  publishes: yes,
  busyWaits: yes,
  accessesDevice: yes,
  computes: yes.describe('It only computes a value from the values of its arguments.'),
  hashes: yes.describe('Its results keep no order of its arguments.'),
  frame: z.enum(FRAMES).optional(),
  graceThread: yes,
  awaited: word.optional(),
  endedBy: z
    .union([z.literal('grace period'), z.strictObject({ thread: word.refine(isExpression) })])
    .optional(),
  ...provenance,
} satisfies Fields<PatternRecord>);

function isExpression(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

const typeRecord = z.strictObject({
  type: word,
  lock: lockKind.optional(),
  wrapper: yes,
  shared: yes,
  ownersTable: yes,
  waitQueue: yes,
  queueLock: z
    .strictObject({
      member: z.string(),
      kind: lockKind,
      over: z.enum(['items', 'callbacks', 'nothing']),
      leavingOnly: flag,
    } satisfies Fields<QueueLock>)
    .optional()
    .describe('What lockdep treats as a lock in a queue of this type.'),
  oneAtATime: yes,
  watches: z
    .strictObject({ hub: z.string(), byName: yes, added: words, removed: words } satisfies Fields<Watches>)
    .optional()
    .describe('Functions in a table of this type that are called for objects with the same bus or class.'),
  belongsTo: words.optional().describe('The members that name the bus and the class of such an object.'),
  handlerParameter: arg
    .optional()
    .describe('It represents the functions in it, whose parameter of this number receives it.'),
  protocol: z
    .strictObject({
      caller: word,
      parameters: z.array(z.strictObject({ name: word, type: word })),
      parts: words,
      only: flag,
    } satisfies Fields<TableProtocol>)
    .optional()
    .describe('The calls that the kernel makes through a table of this type, in their order.'),
  ...provenance,
} satisfies Fields<TypeRecord>);

const layoutRecord = z.strictObject({
  layout: word.describe('The type, as in `struct socket`.'),
  members: z
    .record(word, word)
    .describe('The types of members that lead to operations or locks, for scans that do not see the header.'),
  ...provenance,
} satisfies Fields<LayoutRecord>);

/** `record.field`. */
const field = z.string().regex(/^\w+\.\w+$/, 'must be a record and its member, such as acme_ops.open');

const fieldRecord = z.strictObject({
  field,
  runsIn: context.optional(),
  strict: yes.describe('`runsIn` holds for every caller in the kernel, or by its documentation.'),
  filled: yes.describe('Drivers store it at run time.'),
  interruptNumber: yes.describe(
    'The kernel sets it to the number of an interrupt that it serves for the driver.',
  ),
  alsoAtomic: yes,
  alsoProcess: yes,
  interruptsOff: yes,
  interruptsOn: yes.describe('Some callers have interrupts and bottom halves on.'),
  locksHeld: z
    .array(z.string().regex(/^[\w./:-]+(\((read|write)\))?(\|[\w./:-]+)*$/, 'names no lock class'))
    .optional(),
  exact: yes.describe('Every caller in the kernel holds the locks of `locksHeld`.'),
  takenBy: words
    .optional()
    .describe('Calls that take these locks of the object that the member is called for.'),
  ownLock: lockPath
    .optional()
    .describe('The path from the first argument to the lock that is held: that of the object in question.'),
  ownObject: word
    .optional()
    .describe(
      'The type of the object with the lock that is held; the data of the driver leads to one such object.',
    ),
  blocking: z
    .strictObject({ member: word, success: z.number() } satisfies Fields<BlockingMember>)
    .optional()
    .describe('The member to set instead for a function that sleeps.'),
  sleeping: z
    .strictObject({ member: word, with: words, unless: words } satisfies Fields<SleepingMember>)
    .optional()
    .describe('The member to set instead for a function that sleeps, with those that belong to it.'),
  deferred: z
    .strictObject({
      object: word,
      table: word,
      data: word,
      owner: word,
      made: words,
      otherwise: words,
      queues: z.record(word, z.number()),
      lock: word,
      unlock: word,
      running: word,
      ended: word,
      detach: word,
      present: word,
      stop: word,
      asks: words,
      started: words,
      registration: word,
      removal: word,
      removedOtherwise: words,
      freed: word,
      work: z.strictObject({
        type: word,
        suffix: word,
        init: word,
        queue: word,
        cancel: word,
        container: word,
      } satisfies Fields<WorkCalls>),
    } satisfies Fields<Deferral>)
    .optional()
    .describe('How a driver runs the function in a work item instead.'),
  sleepsIf: word
    .optional()
    .describe('The member of its object that is set, or the flag that is named, if the function may sleep.'),
  atomicIf: word.optional().describe('The member of its object that is set if the function must not sleep.'),
  ownFlag: z
    .strictObject({ unless: word.optional() } satisfies Fields<OwnFlag>)
    .optional()
    .describe('`sleepsIf` is a member of the same record; it does not work together with `unless`.'),
  onlyIf: z
    .strictObject({ set: word.optional(), unset: words } satisfies Fields<TableCondition>)
    .optional()
    .describe(
      'True of tables whose initialiser sets the member `set`, if there is one, and none of `unset`.',
    ),
  restarts: yes.describe('Its result becomes that of a system call.'),
  offAfter: word
    .optional()
    .describe('The call after which the kernel may call the function with interrupts off.'),
  unused: word
    .optional()
    .describe(
      'Called for an object without users; reclaim does so only while this member of it is not zero.',
    ),
  pinnedBy: words
    .optional()
    .describe('With `unused`: calls of whoever keeps such objects in use until they are gone for good.'),
  kindMember: word
    .optional()
    .describe('With `unused`: the member of the object that says what kind it is, which never changes.'),
  handlerRunsIn: context.optional(),
  ofRequest: yes.describe('Each object is one request: the handlers of others may be pending.'),
  table: yes,
  tableEnds: words
    .optional()
    .describe('Members of the table that removal does not wait for, if not the usual ones.'),
  tableOnly: words.optional().describe('The only members of the table that removal waits for.'),
  whileUp: words.optional(),
  ...provenance,
} satisfies Fields<FieldRecord>);

const classRecord = z.strictObject({
  class: word,
  declaredIn: word.optional(),
  validatorNames: words.optional(),
  words: words.optional(),
  byFamily: yes,
  handOver: z
    .strictObject({
      toldBy: words.optional(),
      keptIn: z.array(field).optional(),
      givenIn: z.array(field).optional(),
      givenTo: words.optional(),
      givenBy: words.optional(),
    } satisfies Fields<HandOver>)
    .optional(),
  ...provenance,
} satisfies Fields<ClassRecord>);

const shapeRecord = z.strictObject({
  runsIn: context,
  title: word,
  returns: word,
  parameters: words,
  registrars: words,
  softens: yes,
  ...provenance,
} satisfies Fields<ShapeRecord>);

const entryRecord = z.strictObject({
  how: word,
  command: word,
  fields: z.array(field).optional(),
  macros: words.optional(),
  contexts: z.array(context).optional(),
  ...provenance,
} satisfies Fields<EntryRecord>);

const SCHEMAS = {
  name: functionRecord,
  pattern: patternRecord,
  type: typeRecord,
  layout: layoutRecord,
  field: fieldRecord,
  class: classRecord,
  returns: shapeRecord,
  how: entryRecord,
} as const;

/**
 * A record, built-in or the user's. The key that names its subject selects the schema, so an error names the invalid
 * field rather than all eight kinds of record.
 */
export const recordSchema = z.union(Object.values(SCHEMAS));

/** An issue of the validator, or a message alone. */
type RecordError = z.core.$ZodIssue | { readonly path: readonly PropertyKey[]; readonly message: string };

/** Errors of a value that should be a record, each with its path; empty if it is valid. */
export function recordErrors(value: unknown): readonly RecordError[] {
  const subject = Object.keys(SCHEMAS).find(
    (key): key is keyof typeof SCHEMAS => typeof value === 'object' && value !== null && key in value,
  );
  if (subject === undefined) {
    return [{ path: [], message: `needs one of ${Object.keys(SCHEMAS).join(', ')}` }];
  }
  return SCHEMAS[subject].safeParse(value).error?.issues ?? [];
}
