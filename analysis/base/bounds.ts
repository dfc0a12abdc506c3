import type { GapKind } from './gap.js';

/** What the analysis loses beyond a bound that records no gap. */
type Loss =
  /** A real bug may be missed. */
  | 'missed'
  /** A fact is unknown, so a finding may be missed or less certain. */
  | 'precision'
  /** A finding is reported with less confidence. */
  | 'confidence'
  /** Only the report is shorter. */
  | 'shown'
  /** Only time or memory. */
  | 'cost';

interface Bound {
  readonly value: number;
  /** What it counts, and why it is bounded. */
  readonly why: string;
  /** The gap recorded when the bound is reached, or what is lost without one. */
  readonly beyond: GapKind | Loss;
  readonly result: string;
}

/**
 * All bounds of the call graph, the function summaries, the lock graph and the checks. A number that limits
 * one of them appears only here; `test/tidy/bounds.test.ts` enforces it.
 */
export const BOUND_TABLE = {
  // The call graph and function summaries.
  slotTargets: {
    value: 4,
    why: 'With more targets, a call through a pointer has no common effect on the held set.',
    beyond: 'precision',
    result: 'the call is treated as one without effect on the held set',
  },
  recordsWithLocks: {
    value: 3,
    why: 'Records that lie in each other in which locks are looked for, to tell whether a member is known by its own type.',
    beyond: 'precision',
    result: 'the member is known only by the object around it',
  },
  filesOfOneRecord: {
    value: 24,
    why: 'Source files beside a header in which instances of one of its records are looked for; with more, it is the header of a subsystem.',
    beyond: 'confidence',
    result: 'two locks of the record may be of two instances',
  },
  changedFilesOfCallers: {
    value: 64,
    why: 'Changed files that the index of callers looks up one by one.',
    beyond: 'cost',
    result: 'the index is rebuilt',
  },
  callersOfSetter: {
    value: 8,
    why: 'Callers of a function that stores the function it is given; with more, a call through the member says little about any of them.',
    beyond: 'missed',
    result: 'no call through the member leads to what they pass',
  },
  callsToStore: {
    value: 2,
    why: 'Calls between a function that takes a lock under a condition and the store that reverses the condition.',
    beyond: 'missed',
    result: 'the condition counts as unchanged',
  },
  callsForAnswer: {
    value: 3,
    why: 'Calls below a function of a finding whose answers are read: a helper of a helper that always fails.',
    beyond: 'precision',
    result: 'the answer counts as unknown, so more ways stay possible',
  },
  accessorBody: {
    value: 320,
    why: 'Characters of a static function that does little but compute a pointer.',
    beyond: 'precision',
    result: 'the value of a longer function does not identify an object',
  },
  blocksForAlways: {
    value: 100_000,
    why: 'Blocks times calls of one function: the search for calls that are always made is quadratic.',
    beyond: 'confidence',
    result: 'every call of the function counts as conditional',
  },
  wrapperLevels: {
    value: 3,
    why: 'Levels of wrappers through which an effect on the held set climbs; with more, errors add up.',
    beyond: 'missed',
    result: 'the caller does not see the lock',
  },
  recordMembers: {
    value: 32,
    why: 'Members of a record that are followed one by one; a record with more is a table, not a message to a callee.',
    beyond: 'precision',
    result: 'the members of a larger record are unknown after an assignment',
  },
  exits: {
    value: 8,
    why: 'Outcomes of one function that its callers keep apart.',
    beyond: 'precision',
    result: 'the exits merge, first those that agree on the held set; what all agree on stays',
  },
  exitsByArgument: {
    value: 32,
    why: 'Outcomes of a function that its arguments choose, such as a word with the modes of three locks: few remain for a call with constants.',
    beyond: 'precision',
    result: 'such exits merge like others',
  },
  valuesOfFact: {
    value: 6,
    why: 'Constants that one fact lists; conditions compare with few.',
    beyond: 'precision',
    result: 'only the sign of the value stays known',
  },
  locksOfOneLoop: {
    value: 2,
    why: 'Locks of one class that one place acquires in successive rounds of a loop; two show what happens in all others, and the loop converges.',
    beyond: 'precision',
    result: 'locks of later rounds are not told apart',
  },
  heldLocks: {
    value: 48,
    why: 'Locks held at once, or released for the caller: lockdep itself keeps no more per task.',
    beyond: 'state-budget',
    result: 'the interpretation of the function stops',
  },
  endedSections: {
    value: 1_024,
    why: 'Locks of which a path remembers that a section has ended.',
    beyond: 'state-budget',
    result: 'the interpretation of the function stops',
  },
  localsToldApart: {
    value: 2,
    why: 'Variables of a function whose values keep states apart, constants and copies counted separately: each doubles the states.',
    beyond: 'precision',
    result: 'the value of another such variable is forgotten where paths join',
  },
  toldMembers: {
    value: 8,
    why: 'Members of its parameters in which a function stores constants: one that fills an object tells nothing of locks.',
    beyond: 'precision',
    result: 'callers do not know what the function has stored in any of them',
  },
  statesPerBlock: {
    value: 32,
    why: 'States kept apart in one block.',
    beyond: 'state-budget',
    result: 'the interpretation of the function stops',
  },
  refusedStates: {
    value: 4,
    why: 'States kept at the infeasible edges into a block that no path entered.',
    beyond: 'missed',
    result: 'the block is entered with fewer held sets',
  },
  stepsPerFunction: {
    value: 6_000,
    why: 'Executions of blocks in one function.',
    beyond: 'state-budget',
    result: 'the interpretation of the function stops',
  },
  liftLevels: {
    value: 3,
    why: 'Callers that an acquisition climbs to find out which lock it takes.',
    beyond: 'missed',
    result: 'the acquisition of an unknown lock adds no edge',
  },
  alikeAcquires: {
    value: 2,
    why: 'Acquisitions of one lock with equal held sets that one summary keeps.',
    beyond: 'shown',
    result: 'further acquisitions are no witnesses of their own',
  },
  heldSetsPerEvent: {
    value: 4,
    why: 'Distinct held sets that a summary keeps for one event.',
    beyond: 'missed',
    result: 'an edge from a fifth held set',
  },
  predicateText: {
    value: 200,
    why: 'Characters of the arguments by which a repeated call is recognised.',
    beyond: 'precision',
    result: 'the result of the second call is unrelated to the first',
  },
  facts: {
    value: 48,
    why: 'Facts on one path; ordinary functions gather fewer.',
    beyond: 'precision',
    result: 'facts about values that no later condition names are dropped',
  },
  recursionCuts: {
    value: 3,
    why: 'Times that a recursive component is solved again, with the recursion cut at more of its members.',
    beyond: 'recursion',
    result: 'calls within the component do what the callee does by itself',
  },
  recursionPasses: {
    value: 8,
    why: 'Passes over a recursive component before its recursion is cut (docs/decisions/recursion.md).',
    beyond: 'recursion',
    result: 'the call has no effect on the held set',
  },
  slotUsers: {
    value: 10,
    why: 'Functions in one slot; a slot with more connects nothing, so a change of its content invalidates no caller.',
    beyond: 'cost',
    result: 'the same result, since such a call is not followed',
  },
  comparisonText: {
    value: 960,
    why: 'Characters of a comparison of two values for equality. It does not grow in a loop, and names contain the path of a file.',
    beyond: 'precision',
    result: 'the two values are not known to be equal',
  },
  expressionText: {
    value: 240,
    why: 'Characters of a computed expression; conditions test shorter ones.',
    beyond: 'precision',
    result: 'the value becomes opaque',
  },
  objectText: {
    value: 1_000,
    why: 'Characters of an access path; longer ones come from pointers that are moved on and on.',
    beyond: 'precision',
    result: 'the object becomes opaque',
  },
  repeatedMembers: {
    value: 3,
    why: 'Members of one name on an access path, as in a walk along a list.',
    beyond: 'precision',
    result: 'later elements are one object',
  },
  usersBeforeCleaning: {
    value: 4,
    why: 'Users of a function from which on the list is searched for stale ones.',
    beyond: 'cost',
    result: 'the same result',
  },
  cachedComparisons: {
    value: 4_096,
    why: 'Pairs of values in the cache of comparisons (docs/caches.md).',
    beyond: 'cost',
    result: 'the cache is emptied',
  },

  // The lock graph.
  cachedBeginnings: {
    value: 256,
    why: 'Starts of call chains in each generation of the cache (docs/caches.md).',
    beyond: 'cost',
    result: 'the older generation is dropped',
  },
  filesOfDriver: {
    value: 12,
    why: 'Files whose functions are read to see what a driver does with the objects that it serves; most drivers have fewer.',
    beyond: 'missed',
    result: 'a finding has less confidence, as if the other files did nothing',
  },
  variablesBehind: {
    value: 6,
    why: 'Variables followed from one to the next: class, list of groups, group, attributes.',
    beyond: 'missed',
    result: 'a handler behind a longer chain is unknown',
  },
  otherRegistrations: {
    value: 8,
    why: 'Registrations of a handler in other files that are kept; a story tells the one in a file of its other side.',
    beyond: 'shown',
    result: 'the story tells a registration in another driver',
  },
  witnessesShown: {
    value: 8,
    why: 'Witnesses that an edge of the published graph lists.',
    beyond: 'shown',
    result: 'the count includes the others',
  },
  cycleLength: {
    value: 5,
    why: 'Classes in one cycle; the search grows exponentially with the length.',
    beyond: 'missed',
    result: 'a longer cycle',
  },
  edgeTargets: {
    value: 10,
    why: 'Targets of a call through a pointer; with more, edges connect unrelated drivers.',
    beyond: 'missed',
    result: 'edges through the call',
  },
  declaredNames: {
    value: 12,
    why: 'Names in one declaration of which all pairs are kept.',
    beyond: 'precision',
    result: 'only neighbours are pairs',
  },
  deepFunctions: {
    value: 40_000,
    why: 'Functions visited below one held lock.',
    beyond: 'missed',
    result: 'edges of the deep part of the graph, which no rule reads',
  },
  deepWideCalls: {
    value: 1,
    why: 'Calls with many targets on one path; with two, everything leads everywhere.',
    beyond: 'missed',
    result: 'edges of the deep part of the graph, which no rule reads',
  },
  deepWideCost: {
    value: 4,
    why: 'Calls that a call with many targets counts for, besides itself.',
    beyond: 'missed',
    result: 'edges of the deep part of the graph, which no rule reads',
  },
  deepCalls: {
    value: 20,
    why: 'Calls between two locks; beyond it nearly everything leads to nearly everything (bench/quality/kernel-edges.ts measures it).',
    beyond: 'missed',
    result: 'edges of the deep part of the graph, which no rule reads',
  },
  repeatsOnChain: {
    value: 3,
    why: 'Occurrences of one function on a chain.',
    beyond: 'missed',
    result: 'a deeper recursion',
  },
  chainLength: {
    value: 200,
    why: 'Calls on one chain: each is a frame of the stack in the search.',
    beyond: 'missed',
    result: 'edges along a longer chain',
  },
  cyclesPerFile: {
    value: 1_000,
    why: 'Candidates judged for the classes that are first held in one file; six folders of Linux, fs/btrfs and mm among them, have 51 in the file with most.',
    beyond: 'too-many-orders',
    result: 'further candidates count as none',
  },
  cycleSearch: {
    value: 100_000,
    why: 'Steps of the search for cycles of more than two classes, counted likewise; those folders take 7,903 in all.',
    beyond: 'too-many-orders',
    result: 'further cycles',
  },
  chainsPerSource: {
    value: 12,
    why: 'Chains replayed per acquisition.',
    beyond: 'missed',
    result: 'a feasible chain behind twelve infeasible ones',
  },
  deepChainsPerSource: {
    value: 4,
    why: 'The same for chains longer than `callsUnderLock`.',
    beyond: 'missed',
    result: 'as above',
  },
  deepChainSearch: {
    value: 2_000,
    why: 'Functions visited to find such chains.',
    beyond: 'missed',
    result: 'as above',
  },
  sourcesPerEdge: {
    value: 24,
    why: 'Acquisitions tried per edge; further ones add witnesses, not certainty.',
    beyond: 'missed',
    result: 'a feasible one behind twenty-four infeasible ones',
  },
  deepSourcesPerEdge: {
    value: 4,
    why: 'The same for chains longer than `callsUnderLock`.',
    beyond: 'missed',
    result: 'as above',
  },
  stepsPerEdge: {
    value: 8_192,
    why: 'Executions of blocks in the search for one edge; what is proven by then is most of what there is.',
    beyond: 'replay-budget',
    result: 'the path counts as infeasible',
  },
  witnessesPerEdge: {
    value: 12,
    why: 'Feasible witnesses kept per edge.',
    beyond: 'shown',
    result: 'further witnesses are not compared',
  },
  selfDeadlocksPerClass: {
    value: 256,
    why: 'Functions looked at that take a lock of one class again; a file of thousands is generated or a trap.',
    beyond: 'too-many-orders',
    result: 'further functions are not reported',
  },
  callersUnderLock: {
    value: 4,
    why: 'Callers followed upwards to find that every way into a function holds a lock.',
    beyond: 'confidence',
    result: 'medium',
  },
  conditionsTogether: {
    value: 6,
    why: 'Conditions asked several times in a function whose outcomes are combined; each one doubles the work.',
    beyond: 'precision',
    result: 'a path that two of them exclude may be reported',
  },
  plainPath: {
    value: 4,
    why: 'Steps of a path that is believed with one condition in its callees in one file, with none in one folder.',
    beyond: 'confidence',
    result: 'medium',
  },
  conditionsOnPath: {
    value: 3,
    why: 'Conditions decided in callees; with as many, the path is one of several.',
    beyond: 'confidence',
    result: 'medium or low',
  },
  callersForEntry: {
    value: 3,
    why: 'Levels of callers that determine the held set at entry.',
    beyond: 'precision',
    result: 'nothing is known to be held',
  },
  filesToUsers: {
    value: 8,
    why: 'Files of a library through which the users of one of them are found.',
    beyond: 'confidence',
    result: 'the users are not known',
  },
  callersUsual: {
    value: 6,
    why: 'Levels of callers that determine which lock is usually held at entry.',
    beyond: 'confidence',
    result: 'no doubt about the finding',
  },
  callsSameObject: {
    value: 8,
    why: 'Calls of both sides where the locks surely meet and few conditions decide.',
    beyond: 'confidence',
    result: 'medium',
  },
  callsMedium: {
    value: 5,
    why: 'Calls of all sides for medium confidence.',
    beyond: 'confidence',
    result: 'low',
  },
  callsPlain: { value: 6, why: 'The same with few conditions.', beyond: 'confidence', result: 'low' },
  embedders: {
    value: 4,
    why: 'Structs that embed a struct with a lock; one that is embedded more often is a utility, and its lock is no class of its own.',
    beyond: 'confidence',
    result: 'low',
  },
  targetsBeside: {
    value: 4,
    why: 'Functions of one file that a call through a pointer may mean, each of which is followed to what sleeps.',
    beyond: 'missed',
    result: 'what such a function does under a spinlock or in an interrupt handler',
  },
  callbackPassedOn: {
    value: 3,
    why: 'Calls through which a function is followed that is passed on as an argument.',
    beyond: 'missed',
    result: 'whoever gets it may keep it for later',
  },
  targetsInFolder: {
    value: 8,
    why: 'Functions of a folder that a call through a pointer may mean: each of them has to sleep, or must not enable interrupts.',
    beyond: 'missed',
    result: 'what the implementations of a member do under a spinlock',
  },
  callsToPointer: {
    value: 2,
    why: 'Calls below a held lock, an interrupt handler or a section without preemption, in its folder, or below a handler that is waited for, in its file, down to a call through a pointer.',
    beyond: 'missed',
    result: 'what the function behind the pointer acquires',
  },
  callsInHandler: {
    value: 2,
    why: 'Calls from a handler to the acquisition.',
    beyond: 'missed',
    result: 'a deeper acquisition in another file',
  },
  callsInHandlerInFile: {
    value: 5,
    why: 'The same where all of them stand in one file; for a wait of the handler, in one folder.',
    beyond: 'missed',
    result: 'a deeper acquisition',
  },
  chainsPerHandler: {
    value: 12,
    why: 'Chains replayed per handler and class.',
    beyond: 'missed',
    result: 'a feasible chain behind twelve infeasible ones',
  },
  pathsPerHandler: {
    value: 4,
    why: 'Feasible paths kept per handler and class.',
    beyond: 'shown',
    result: 'further paths are not compared',
  },
  callsBetweenLinked: {
    value: 3,
    why: 'Calls between the locks of two objects that one member links; deeper, the link is rarely that of the caller.',
    beyond: 'confidence',
    result: 'low',
  },
  callsHigh: {
    value: 3,
    why: 'Calls of all sides for high confidence.',
    beyond: 'confidence',
    result: 'medium',
  },
  callsHighTwo: {
    value: 4,
    why: 'The same for two sides on which few conditions decide: of such cycles, as many are true as of shorter ones.',
    beyond: 'confidence',
    result: 'medium',
  },
  openCalls: {
    value: 1,
    why: 'Conditional calls, or calls with several targets, on a path longer than `callsUnderLock`; with two, nearly everything leads to nearly everything.',
    beyond: 'missed',
    result: 'edges along such a path',
  },
  callersForThread: {
    value: 6,
    why: 'Levels of callers that lead to one thread.',
    beyond: 'precision',
    result: 'the functions are not known to run in one thread',
  },
  callersForPageFault: {
    value: 2,
    why: 'Levels of callers that disable page faults.',
    beyond: 'precision',
    result: 'page faults count as enabled',
  },
  callsUnderLock: {
    value: 4,
    why: 'Calls of any kind from a held lock to an acquisition; longer paths obey `openCalls`.',
    beyond: 'missed',
    result: 'edges along a longer path with several open calls',
  },
  statesPerCall: {
    value: 8,
    why: 'States followed from one function of a chain to the next.',
    beyond: 'missed',
    result: 'a chain that only a further state makes feasible',
  },
  stepsPerChain: {
    value: 16_384,
    why: 'Executions of blocks in the replay of one chain.',
    beyond: 'replay-budget',
    result: 'the path counts as infeasible',
  },
  callsForContext: {
    value: 6,
    why: 'Calls down from a function whose context is known.',
    beyond: 'precision',
    result: 'the context of deeper functions is unknown',
  },
  callersForContext: {
    value: 4,
    why: 'Levels of callers that determine the context.',
    beyond: 'precision',
    result: 'the context is unknown',
  },
  callsToSameObject: {
    value: 1,
    why: 'Calls up to which code that stands together means the same objects.',
    beyond: 'confidence',
    result: 'the two sides may mean different objects',
  },
  targetsToSameObject: {
    value: 2,
    why: 'Targets of a call through a pointer on the way.',
    beyond: 'confidence',
    result: 'as above',
  },
  callsToRelatedObjects: {
    value: 5,
    why: 'Calls up to which locks of related objects are followed.',
    beyond: 'confidence',
    result: 'as above',
  },
  callsInObject: {
    value: 3,
    why: 'Calls up to which two locks of one object meet on one object.',
    beyond: 'confidence',
    result: 'as above',
  },
  callsInSection: {
    value: 4,
    why: 'Calls from a section to what needs interrupts on.',
    beyond: 'missed',
    result: 'a reason not to switch interrupts off; the verification of the fix is what remains',
  },
  callersThatPassFlags: {
    value: 8,
    why: 'Callers of a function that hands on allocation flags: what more of them pass is what the first ones pass.',
    beyond: 'missed',
    result: 'flags that only later callers pass are not followed',
  },
  callsToSection: {
    value: 2,
    why: 'Calls from a held lock to what enters the section.',
    beyond: 'missed',
    result: 'a deeper entry',
  },
  valuesReturned: {
    value: 16,
    why: 'Paths through a function that computes allocation flags.',
    beyond: 'missed',
    result: 'the flags count as unknown',
  },
  pathsPerReader: {
    value: 8,
    why: 'Paths per SRCU domain and class.',
    beyond: 'shown',
    result: 'further paths are not compared',
  },
  callersForSwitch: {
    value: 6,
    why: 'Levels of callers that determine what may interrupt.',
    beyond: 'precision',
    result: 'interrupts count as unknown, and no fix is offered',
  },
  callersForThreadLife: {
    value: 3,
    why: 'Levels of callers that start or stop a thread.',
    beyond: 'precision',
    result: 'the thread counts as running',
  },
  callsFromHandler: {
    value: 5,
    why: 'Calls from a handler to an acquisition.',
    beyond: 'missed',
    result: 'a deeper acquisition',
  },
  callersForUse: {
    value: 4,
    why: 'Levels of callers that determine the context of an acquisition.',
    beyond: 'missed',
    result: 'a use in a context set further up',
  },
  callersForQueued: {
    value: 2,
    why: 'Levels of callers that pass on what a function puts into a queue.',
    beyond: 'missed',
    result: 'an item that comes from further up',
  },
  callersPerLevel: {
    value: 16,
    why: 'Callers visited per function.',
    beyond: 'missed',
    result: 'a use behind a later caller',
  },
  usesPerFile: {
    value: 4,
    why: 'Uses kept per class, kind and file.',
    beyond: 'shown',
    result: 'further uses are not compared',
  },
  uses: {
    value: 256,
    why: 'Uses kept per class and kind.',
    beyond: 'shown',
    result: 'further uses are not compared',
  },
  sitesPerClass: {
    value: 48,
    why: 'Acquisitions that an interrupt may hit, per class.',
    beyond: 'missed',
    result: 'an inversion at a later acquisition only',
  },
  callsToWait: {
    value: 2,
    why: 'Calls from a held lock to the wait; deeper ones are rarely feasible.',
    beyond: 'missed',
    result: 'a deeper wait in another folder',
  },
  storesToPublish: {
    value: 24,
    why: 'Stores of a function, of which one may give the address of what it waits for to others; each is replayed.',
    beyond: 'missed',
    result: 'a wait whose object is published by a later store',
  },
  filesToKeep: {
    value: 24,
    why: 'Files whose bodies show what else is known by the pointer that a wait is for; a public record has hundreds.',
    beyond: 'missed',
    result: 'a wait for an object that is completed under another name',
  },
  callsToWaitInFolder: {
    value: 5,
    why: 'The same where all of them stand in one folder.',
    beyond: 'missed',
    result: 'a deeper wait',
  },

  // The checks.
  callersForAnnotation: {
    value: 4,
    why: 'Levels of callers until one is known to start without locks.',
    beyond: 'missed',
    result: 'the finding is dropped',
  },
  callersForFlags: {
    value: 3,
    why: 'Functions on a path, from the one that passes allocation flags to the one that holds the lock.',
    beyond: 'missed',
    result: 'the allocation is not reported',
  },
  callersForArgument: {
    value: 4,
    why: 'Levels of callers that determine which lock they pass.',
    beyond: 'missed',
    result: 'the lock stays unknown',
  },
  costsShown: {
    value: 10,
    why: 'Functions and components that `--stats` lists.',
    beyond: 'shown',
    result: 'only the largest',
  },
  declaredCallsHigh: {
    value: 3,
    why: 'Calls to the second lock for high confidence.',
    beyond: 'confidence',
    result: 'medium',
  },
  declaredCallsMedium: {
    value: 5,
    why: 'Calls to the second lock for medium confidence.',
    beyond: 'confidence',
    result: 'low',
  },
  entryCallsHigh: {
    value: 2,
    why: 'Calls of both sides where one of the locks is held at entry.',
    beyond: 'confidence',
    result: 'medium',
  },
  entryCallsInFolder: {
    value: 4,
    why: 'The same where the code of the other side stands in the folder of the function that is entered.',
    beyond: 'missed',
    result: 'a longer way to the lock that is held at entry',
  },
  callsToStop: {
    value: 3,
    why: 'Calls to what registers or stops the handler.',
    beyond: 'precision',
    result: 'the handler counts as running',
  },
  callersForHandlerLife: {
    value: 3,
    why: 'Levels of callers above the acquisition.',
    beyond: 'precision',
    result: 'as above',
  },
  inspectedSleepCalls: {
    value: 3,
    why: 'Calls to what sleeps, for hover.',
    beyond: 'shown',
    result: 'hover does not say it',
  },
  inspectedCallers: {
    value: 3,
    why: 'Levels of callers for the context in hover.',
    beyond: 'shown',
    result: 'hover does not say it',
  },
  inspectedCallersPerLevel: {
    value: 12,
    why: 'Callers per function for the context in hover.',
    beyond: 'shown',
    result: 'hover does not say it',
  },
  inspectedAcquirers: {
    value: 24,
    why: 'Functions that acquire the class, for hover.',
    beyond: 'shown',
    result: 'hover does not say it',
  },
  inversionWitnesses: {
    value: 12,
    why: 'Acquisitions in process context that are told apart per class.',
    beyond: 'shown',
    result: 'further ones are part of the same finding',
  },
  locksUnderHandlerLock: {
    value: 24,
    why: 'Locks acquired under one that handlers acquire, per class.',
    beyond: 'missed',
    result: 'an inversion through a later lock',
  },
  inversionLinks: {
    value: 4,
    why: 'Dependencies between a lock that handlers acquire and one held with interrupts on, as in the longest cycle.',
    beyond: 'missed',
    result: 'an inversion through more of them',
  },
  callsOfModel: {
    value: 2,
    why: 'Calls below a function of which a model says that it takes a lock, to see whether its body does.',
    beyond: 'precision',
    result: 'the model, which may be of another kernel version',
  },
  callsToDowngrade: {
    value: 4,
    why: 'Calls from a function that holds a lock for writing to what downgrades it.',
    beyond: 'precision',
    result: 'a release for reading that a deeper call makes right',
  },
  callsToFree: {
    value: 3,
    why: 'Calls from code that holds the lock of an object to the function that frees the object.',
    beyond: 'missed',
    result: 'a deeper call',
  },
  callsToIrqEnable: {
    value: 3,
    why: 'Calls from a section with interrupts disabled to what enables them.',
    beyond: 'missed',
    result: 'a deeper call',
  },
  callersForConvention: {
    value: 50,
    why: 'Callers visited before a function counts as one that locks for its caller by design.',
    beyond: 'missed',
    result: 'the finding is dropped',
  },
  cleanupBlocks: {
    value: 6,
    why: 'Blocks of code that only undoes what a condition says was done.',
    beyond: 'precision',
    result: 'longer code counts as something else',
  },
  callsToBalancedCallee: {
    value: 2,
    why: 'Calls to a callee that acquires a lock and releases it itself.',
    beyond: 'confidence',
    result: 'the release may be meant for the caller',
  },
  combinationsPerCycle: {
    value: 36,
    why: 'Combinations of witnesses judged per cycle; the best verdict stands.',
    beyond: 'missed',
    result: 'a feasible combination behind thirty-six infeasible ones',
  },
  sweepsToEnd: {
    value: 2,
    why: 'Sweeps in which all checks run whatever they demand: in these, most of them demand something.',
    beyond: 'cost',
    result: 'the same result',
  },
  changedFunctions: {
    value: 50_000,
    why: 'Changed functions from which on all are checked, which takes less time than to select.',
    beyond: 'cost',
    result: 'the same result',
  },
  callersOfChanged: {
    value: 2,
    why: 'Calls through functions without a skeleton between a checked function and a changed one.',
    beyond: 'cost',
    result: 'the same result, since no rule looks further',
  },
  locksBetween: {
    value: 24,
    why: 'Locks between the one acquired under the section and the one held where it is entered: a cycle of three.',
    beyond: 'missed',
    result: 'a cycle through a lock that so many follow',
  },
  callsToSleep: {
    value: 6,
    why: 'Calls from an atomic section to what sleeps; deeper ones are rarely feasible.',
    beyond: 'missed',
    result: 'a deeper call',
  },
  stepsToSleepSurely: {
    value: 5,
    why: 'Steps from a section to what sleeps, beyond which conditions on the way make a finding low.',
    beyond: 'confidence',
    result: 'a deeper call with conditions',
  },
  callsToOwnSleep: {
    value: 2,
    why: "Calls down to the sleep in a function of the driver's own table; a deeper one may be in what other drivers have.",
    beyond: 'missed',
    result: 'a deeper call',
  },
  sleepsPerFunction: {
    value: 1_000,
    why: 'Paths to something that sleeps which are replayed from one function: each is walked from its beginning.',
    beyond: 'too-many-sleeps',
    result: 'further places are not looked at',
  },
  chainsPerAtomicCall: {
    value: 6,
    why: 'Feasible chains per call in an atomic section.',
    beyond: 'missed',
    result: 'a feasible chain behind six infeasible ones',
  },
  rootsByDesign: {
    value: 4,
    why: 'Functions that sleep under a lock through the same callee; with as many, it is a design that the analysis does not see.',
    beyond: 'confidence',
    result: 'low',
  },
  srcuCallsHigh: {
    value: 3,
    why: 'Calls of both sides for high confidence.',
    beyond: 'confidence',
    result: 'medium',
  },
  callsInWaitChain: {
    value: 1,
    why: 'Calls from a handler to what it waits for or to a lock that leads on.',
    beyond: 'missed',
    result: 'a deeper wait',
  },
  callsUnderLockInWaitChain: {
    value: 2,
    why: 'Calls from the function that holds the lock that leads on: a refresh asks an accessor, which takes the lock.',
    beyond: 'missed',
    result: 'an order of two locks that goes deeper',
  },
  callsToSelfWait: {
    value: 2,
    why: 'Calls from a handler to a wait for itself.',
    beyond: 'missed',
    result: 'a deeper wait',
  },
  callsToLeave: {
    value: 3,
    why: 'Calls from a callback to where it leaves the chain that calls it.',
    beyond: 'missed',
    result: 'a callback that leaves deeper down',
  },
  pathsOfWhy: {
    value: 6,
    why: 'Paths that `lockorder why` shows of each order.',
    beyond: 'shown',
    result: 'only the first',
  },
  pathsTriedByWhy: {
    value: 48,
    why: 'Paths that `lockorder why` tries for them; those refused are refused alike.',
    beyond: 'shown',
    result: 'only the first',
  },
  pairsOfWhy: {
    value: 36,
    why: 'Pairs of paths that `lockorder why` judges.',
    beyond: 'shown',
    result: 'only the first',
  },
  functionsOfMember: {
    value: 500,
    why: 'Functions read for the values that are stored in one member.',
    beyond: 'confidence',
    result: 'the member may hold any value',
  },
  callsToValue: {
    value: 3,
    why: 'Calls and assignments from a store back to whoever names the value.',
    beyond: 'confidence',
    result: 'the value may be any',
  },
} as const satisfies Readonly<Record<string, Bound>>;

type Bounds = { readonly [name in keyof typeof BOUND_TABLE]: number };

/** The values alone. */
export const BOUNDS = Object.fromEntries(
  Object.entries(BOUND_TABLE).map(([name, { value }]) => [name, value]),
) as Bounds;
