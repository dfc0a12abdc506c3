import type { Finding } from '../../checks/types.js';
import { neededOptions } from '../../models/evidence.js';
import { Entries, type Entry } from './entries.js';
import type { BuiltAs } from './kbuild.js';
import type { SourceWorld } from '../join/world.js';

/** Looks up how a source file is built; `undefined` if unknown. */
export type BuildOf = (file: string) => BuiltAs | undefined;

interface Side {
  readonly title: string;
  /** Functions that must run, outermost first, with their places. */
  readonly functions: readonly string[];
  readonly entries: readonly Entry[];
}

/**
 * The output of `plan`: how to trigger a finding on a real kernel, and how to prove that a repair works.
 * @param where words that tell `validate` which source is meant, quoted for a shell
 * @param pathOf the path to show for one relative to the root
 */
export function planText(
  finding: Finding,
  world: SourceWorld,
  buildOf: BuildOf,
  where: readonly string[] = [],
  pathOf = (file: string): string => file,
): string {
  const entries = new Entries(world.program, world.models);
  const sides = sidesOf(finding, world, entries, pathOf);
  const files = [...new Set([finding.at.file, ...finding.story.map((step) => step.file)])];
  const builds = files.flatMap((file) => buildOf(file) ?? []);
  const sections = [
    [
      `Plan for ${finding.id}: ${finding.rule}`,
      `  ${pathOf(finding.at.file)}:${finding.at.line}: ${finding.message}`,
    ],
    configuration(finding, builds),
    ...sides.map((side) => sideText(side, pathOf)),
    script(finding, sides, builds),
    outcome(finding, where),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function sidesOf(
  finding: Finding,
  { program }: SourceWorld,
  entries: Entries,
  pathOf: (file: string) => string,
): Side[] {
  const steps = new Map<number, (typeof finding.story)[number][]>();
  for (const step of finding.story) steps.set(step.path, [...(steps.get(step.path) ?? []), step]);
  if (steps.size === 0) steps.set(0, [{ ...finding.at, path: 0, text: '', held: [] }]);
  return [...steps.values()].map((own, index) => {
    const names = new Map(own.map((step) => [step.function, step]));
    const [first] = own;
    const found = [...program.functions()].find(
      (fn) => fn.name === first?.function && fn.file === first.file && !fn.macro,
    );
    return {
      title: steps.size > 1 ? `Side ${index + 1}` : 'The code',
      functions: [...names].map(([name, step]) => `${name}() at ${pathOf(step.file)}:${step.line}`),
      entries: found ? entries.of(found) : [],
    };
  });
}

function configuration(finding: Finding, builds: readonly BuiltAs[]): string[] {
  const lines = (neededOptions[finding.rule] ?? []).map(
    ({ option, why }) => `  ${`${option}=y`.padEnd(30)} ${why}`,
  );
  for (const option of new Set(builds.map((each) => each.option))) {
    if (option !== '') lines.push(`  ${`${option}=m`.padEnd(30)} builds the code in question`);
  }
  const conditions = new Set(finding.story.flatMap((step) => (step.if === undefined ? [] : [step.if])));
  for (const condition of conditions)
    lines.push(`  ${condition.padEnd(30)} the path of the finding needs it`);
  return ['Kernel configuration:', ...lines];
}

function sideText({ title, functions, entries }: Side, pathOf: (file: string) => string): string[] {
  const reached = entries.flatMap(({ fn, point, by, path }) => [
    `    by ${point.how}: ${by}, ${fn.name}() at ${pathOf(fn.file)}:${fn.item?.nameSpan.line ?? fn.line}`,
    ...(path.length > 1 ? [`      ${path.join('() > ')}()`] : []),
  ]);
  return [
    `${title}; these must run:`,
    ...functions.map((name) => `    ${name}`),
    entries.length > 0 ? '  reached' : '  No entry point was found: no code here calls or registers it.',
    ...reached,
  ];
}

const VARIABLES: Readonly<Record<string, string>> = {
  DEVICE: '/dev/CHANGE_ME',
  DEVICE_ID: 'CHANGE_ME',
  INTERFACE: 'CHANGE_ME',
  DRIVER: '/sys/bus/CHANGE_ME/drivers/CHANGE_ME',
  SYSFS: '/sys/devices/CHANGE_ME',
  ATTRIBUTE: '/sys/CHANGE_ME',
  PROC: '/proc/CHANGE_ME',
  MOUNT: '/mnt',
  PARAMETER: 'CHANGE_ME',
};

function script(finding: Finding, sides: readonly Side[], builds: readonly BuiltAs[]): string[] {
  const module = builds[0]?.module ?? fileModule(finding.at.file);
  const bodies = sides.map(({ entries }) => [...new Set(entries.map(({ point }) => point.command))]);
  const isLoading = (command: string): boolean => command.startsWith('modprobe ');
  // Such a side runs only when the module is loaded or unloaded.
  const isLoaded = (commands: readonly string[]): boolean => commands.length > 0 && commands.every(isLoading);
  const reload = bodies.some(isLoaded);
  const used = Object.entries(VARIABLES).filter(([name]) =>
    bodies.flat().some((command) => command.includes(`$${name}`)),
  );
  const loops = bodies.flatMap((commands, index) => {
    const own = commands.filter((command) => !isLoading(command));
    if (isLoaded(commands)) return [];
    if (own.length === 0) own.push('sleep 1   # nothing here shows how to run this side');
    return [
      `side${index + 1}() {`,
      '\tround=0',
      '\twhile [ "$round" -lt "$rounds" ]; do',
      '\t\tround=$((round + 1))',
      ...own.map((command) => `\t\t${command}`),
      '\tdone',
      '}',
    ];
  });
  return [
    'Script:',
    '',
    '#!/bin/sh',
    `# Makes finding ${finding.id} happen, or shows that it is gone. Run as root on a test machine.`,
    'set -u',
    `MODULE=${MODULE_NAME.test(module) ? module : 'CHANGE_ME'}`,
    ...used.map(([name, value]) => `${name}=${value}`),
    '# lockdep needs each side once; more rounds let them collide. A side that hangs is given up after a while.',
    'rounds=${1:-20}',
    'patience=${2:-60}',
    'dmesg -C',
    '[ -e /proc/lock_stat ] && echo 0 > /proc/lock_stat && echo 1 > /proc/sys/kernel/lock_stat',
    'modprobe "$MODULE" || exit 1',
    "sides=''",
    ...loops,
    ...bodies.flatMap((commands, index) =>
      isLoaded(commands) ? [] : [`side${index + 1} & sides="$sides $!"`],
    ),
    ...(reload
      ? [
          'round=0',
          'while [ "$round" -lt "$rounds" ]; do',
          '\tround=$((round + 1))',
          '\tmodprobe -r "$MODULE"; modprobe "$MODULE"',
          'done',
        ]
      : []),
    'for side in $sides; do',
    '\twhile [ "$patience" -gt 0 ] && kill -0 "$side" 2> /dev/null; do',
    '\t\tsleep 1',
    '\t\tpatience=$((patience - 1))',
    '\tdone',
    'done',
    'for file in lockdep lockdep_chains lockdep_stats lock_stat; do',
    '\t[ -e "/proc/$file" ] && cat "/proc/$file" > "run.$file"',
    'done',
    'echo w > /proc/sysrq-trigger; echo d > /proc/sysrq-trigger',
    'modprobe -r "$MODULE"',
    'dmesg > run.dmesg',
  ];
}

/** File names come from the tree: in a script, a name that is not a module name could be a command. */
const MODULE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]*$/;

function fileModule(file: string): string {
  return file
    .slice(file.lastIndexOf('/') + 1)
    .replace(/\.c$/, '')
    .replaceAll('-', '_');
}

const EXPECTED: Readonly<Record<string, string>> = {
  'lock-order-cycle':
    'possible circular locking dependency detected (or possible recursive locking, for one class)',
  'declared-order': 'possible circular locking dependency detected',
  'self-deadlock': 'possible recursive locking detected, or a task that hangs',
  'irq-inversion': 'inconsistent lock state, or possible irq lock inversion dependency detected',
  'irq-state': 'a warning about the interrupt state (CONFIG_DEBUG_IRQFLAGS), or inconsistent lock state',
  'sleep-in-atomic': 'sleeping function called from invalid context, or scheduling while atomic',
  'wait-deadlock':
    'a hung task, or possible circular locking dependency detected where lockdep tracks the wait',
  'missing-unlock': 'lock held when returning to user space, preemption imbalance, or a hung task',
  'unbalanced-unlock': 'bad unlock balance detected',
  'held-freed': 'held lock freed',
  'annotation-mismatch': 'a warning at the assertion',
};

function outcome(finding: Finding, where: readonly string[]): string[] {
  return [
    `Expected in the log: ${EXPECTED[finding.rule] ?? 'a report'}.`,
    'lockdep reports an order as soon as both sides have run once, one after the other; they need not collide.',
    'Save run.* of the unpatched kernel in before/ and of the patched kernel in after/, then:',
    `  ${['lockorder validate', ...where, finding.id].join(' ')} --before before/run.* --after after/run.*`,
  ];
}
