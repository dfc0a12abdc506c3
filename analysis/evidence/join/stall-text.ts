import { awaitedIn, isInterruptEntry, isSpinning, plainFunction } from '../../models/stacks.js';
import type { Told } from './told.js';

/** `rcu_sched kthread starved for 5252 jiffies! g12425 f0x0 RCU_GP_WAIT_FQS(5) ->state=0x402 ->cpu=0` */
const STARVED = /^(\w+) kthread starved for (\d+) jiffies!(?:.*->cpu=(\d+))?/;

/** What a lockup means: which CPU or task stalls, where, and what it blocks. */
export function lockupText(task: string, told: Told): string {
  const { event, subject } = told;
  const { headline, cpu, stalled } = event;
  const cpus = stalled && stalled.cpus.length > 0 ? busy(event) : cpu === undefined ? [] : [cpu];
  const on = cpus.length === 0 ? '' : `${cpus.length === 1 ? 'CPU' : 'CPUs'} ${listed(cpus)}`;
  const where = subject ? ` in ${subject.function}()` : '';
  const seconds = /stuck for (\d+)s/.exec(headline)?.[1];
  const time = seconds === undefined ? '' : ` for ${seconds} s`;
  const who = event.task && cpus.length < 2 ? ` (${task})` : '';
  if (headline.startsWith('INFO: rcu')) return graceText(task, told, on, where);
  if (headline.includes('workqueue lockup')) return queueText(told, time, where);
  if (headline.startsWith('csd: ')) return csdText(headline, on, who, where);
  if (headline.startsWith('sched_ext: ')) return scxText(event, on);
  const awaited = event.stack
    .slice(0, TOP)
    .map((frame) => awaitedIn(frame.function))
    .find((words) => words !== undefined);
  const top = event.stack.slice(0, TOP).map((frame) => frame.function);
  const isInLoop =
    /BUG: (?:spin|rw)lock/.test(headline) || top.some((name) => isSpinning(name) || SPINS.test(name));
  const does = isInLoop
    ? 'it spins for a lock'
    : awaited === undefined
      ? 'it spins for a lock, or loops without rescheduling'
      : `it waits for ${awaited}`;
  const handler = isInLoop ? interruptedBy(event) : '';
  return `${on === '' ? 'A CPU' : on}${who} made no progress${time}${where}: ${does}${handler}.`;
}

/** The code that the spinning interrupt handler interrupted: it may hold the lock. */
function interruptedBy({ stack }: Told['event']): string {
  const entry = stack.findIndex((frame) => isInterruptEntry(frame.function));
  const below = stack.slice(entry).find((frame) => !isInterruptEntry(frame.function));
  if (entry < 0 || !below) return '';
  return ` in an interrupt, which came while ${plainFunction(below.function)}() ran: if that holds the lock, neither makes progress`;
}

/** `csd: Detected non-responsive CSD lock (#1) on CPU#4, waiting 5000000050 ns for CPU#03 do_nothing+0x0/0x8(0x0).` */
const CSD = /on CPU#(\d+), waiting (\d+) ns for CPU#\d+ ([\w.]+)/;

/** Which CPU does not respond, to which CPU, and for how long. */
function csdText(headline: string, on: string, who: string, where: string): string {
  const [, asker, nanoseconds, name = ''] = CSD.exec(headline) ?? [];
  const from = asker === undefined ? '' : ` from CPU ${asker}, to run ${name}(),`;
  const time = nanoseconds === undefined ? '' : ` for ${Math.round(Number(nanoseconds) / 1e9)} s`;
  return `${on === '' ? 'A CPU' : on}${who} has not answered an inter-processor interrupt${from}${time}${where}: it has interrupts disabled, or is a virtual CPU that its host does not run.`;
}

/** Why the kernel disabled a BPF scheduler. */
function scxText({ headline, facts }: Told['event'], on: string): string {
  const said = [headline, ...facts].join('\n');
  const task = /sched_ext: [^:\n]*: (\S.*)\[(\d+)\] failed to run for ([\d.]+)s/.exec(said);
  const off = 'the BPF scheduler is at fault and was disabled';
  if (task)
    return `${task[1] ?? ''}/${task[2] ?? ''} was runnable for ${Number(task[3])} s and was not run: ${off}.`;
  return on === ''
    ? `A runnable task was not run: ${off}.`
    : `${on} made no progress under a BPF scheduler, which was disabled.`;
}

/** The stalled CPUs except idle ones, which block nothing; all of them if all are idle. */
function busy({ stalled, facts }: Told['event']): readonly number[] {
  const all = stalled?.cpus ?? [];
  const found = all.filter((cpu) => !facts.includes(`cpu ${cpu} is idle`));
  return found.length > 0 ? found : all;
}

/** Innermost frames that show a wait for a lock. */
const TOP = 3;
const SPINS = /^_*(?:raw_)?(?:spin|read|write)_lock(?:_irqsave|_irq|_bh)?$/;

/** Why a grace period does not end. */
function graceText(task: string, { event }: Told, on: string, where: string): string {
  const cpus = busy(event);
  const pids = event.stalled?.pids ?? [];
  const starved = event.facts.map((fact) => STARVED.exec(fact)).find((match) => match !== null);
  const jiffies = event.facts
    .map((fact) => /\bt=(\d+) jiffies/.exec(fact)?.[1])
    .find((found) => found !== undefined);
  const since = jiffies ?? /\} (\d+) jiffies/.exec(event.headline)?.[1];
  const time = since === undefined ? '' : ` (after ${since} jiffies)`;
  const isIdle = cpus.length > 0 && cpus.every((cpu) => event.facts.includes(`cpu ${cpu} is idle`));
  const isShown = event.stack.length > 0;
  if (starved && (isIdle || !isShown || (cpus.length === 0 && pids.length === 0))) {
    const [, thread = '', starvedFor = '', cpu] = starved;
    const keeps = isShown && event.task ? `; ${task} runs there${where}` : '';
    const isThere = isIdle && cpus.length === 1 && cpus[0] === Number(cpu);
    const idle = isThere
      ? ', which is idle: its wake-up was lost, or a virtual CPU did not run'
      : isIdle
        ? `; ${on} ${cpus.length === 1 ? 'is' : 'are'} idle`
        : '';
    const at = cpu === undefined ? '' : ` on CPU ${cpu}`;
    return `An RCU grace period does not end${time}: its own thread ${thread} has not run for ${starvedFor} jiffies${at}${keeps}${idle}.`;
  }
  const tasks = `${pids.length === 1 ? 'task' : 'tasks'} ${listed(pids)}`;
  const who = event.task && cpus.length + pids.length < 2 ? ` (${task})` : '';
  if (pids.length === 0) {
    if (on === '') {
      const isBlocked = event.facts.some((fact) => fact.startsWith('Tasks blocked on '));
      const nobody = isBlocked
        ? 'a task that the log does not name is still inside an RCU read-side critical section'
        : 'no CPU and no task is known to hold it up';
      const what = event.task ? `${task} is in the kernel${where}` : nobody;
      return `An RCU grace period does not end${time}: ${what}.`;
    }
    const first = event.task && cpus.length > 1 && where !== '' ? `; ${task} is${where}` : '';
    return `An RCU grace period does not end${time}: ${on}${who} ${cpus.length === 1 ? 'passes' : 'pass'} no quiescent state${first === '' ? where : first}.`;
  }
  const name = event.task && pids.length === 1 ? task : tasks;
  const stay = `${pids.length === 1 ? 'is' : 'are'} still inside an RCU read-side critical section`;
  const both = on === '' ? '' : `${on} ${cpus.length === 1 ? 'passes' : 'pass'} no quiescent state, and `;
  return `An RCU grace period does not end${time}: ${both}${name} ${stay}${where === '' ? '' : `, ${where.trimStart()}`}.`;
}

/** What a stalled worker pool is doing. */
function queueText({ event }: Told, time: string, where: string): string {
  const pool = /pool cpus=(\S+)(?:.* nice=(-?\d+))?/.exec(event.headline);
  const name = pool ? `of CPU${/[-,]/.test(pool[1] ?? '') ? 's' : ''} ${pool[1] ?? ''}` : '';
  const high = pool?.[2] !== undefined && pool[2].startsWith('-') ? ' (high priority)' : '';
  const waiting = event.facts.flatMap(
    (fact) => /: (?:pending|inactive): (.+)$/.exec(fact)?.[1]?.split(/,\s*/) ?? [],
  );
  const names = [...new Set(waiting.map((name) => name.replace(/ \[.*/, '')))];
  const pending = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ' and others' : ''}`;
  const verb = names.length === 1 ? 'waits' : 'wait';
  const item = event.facts
    .map((fact) => /: in-flight: \d+(?:\(RESCUER\))?:([\w.]+)/.exec(fact)?.[1])
    .find(Boolean);
  const inner =
    item === undefined || where.includes(` ${item}()`) ? '' : `${where}, called by the work item ${item}()`;
  if (where !== '')
    return `The worker pool ${name}${high} made no progress${time}: a worker does not return${(inner === '' ? where : inner).replace(' in ', ' from ')}${pending === '' ? '' : `; ${pending} ${verb} for it`}.`;
  return `The worker pool ${name}${high} made no progress${time}: it runs nothing${pending === '' ? '' : `, and ${pending} ${verb}`}. ${idleText(event, name.replace('of ', '') || 'the CPU')}`;
}

/** Why a pool runs nothing. */
function idleText({ facts }: Told['event'], cpu: string): string {
  const asleep = facts.find((fact) => fact.startsWith('no worker in running state'));
  if (asleep === undefined) return `Either a task keeps ${cpu} busy, or no worker could be created.`;
  return asleep.includes(' is idle')
    ? `All its workers sleep although ${cpu} is idle: the wake-up of one was lost.`
    : `All its workers sleep, and something else keeps ${cpu} busy.`;
}

function listed(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 8);
  if (shown.length < numbers.length) return `${shown.join(', ')} and ${numbers.length - shown.length} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}
