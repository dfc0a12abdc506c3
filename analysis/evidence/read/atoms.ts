import { isLockMap } from '../../models/evidence.js';
import type { Frame, LockMention, LockRole, TaskName } from './types.js';

const NAME = String.raw`[A-Za-z_.$][\w.$]*`;
/** `+0x12/0x34`, with the module and its build id. */
const OFFSETS = String.raw`\+(?:0x)?([0-9a-f]+)/(?:0x)?([0-9a-f]+)(?: ?\[([\w-]+)(?: [0-9a-f]+)?\])?`;
/** The text after a frame: unwinder marks, a second module, a source place that may be cut off. */
const MARKS = String.raw`(?: \[\w+\])?( \(unreliable\)| \([A-Z]{1,6}\))?(?: ([\w./+~-]+):(\d+)| [\w.+~-]+/[\w./+~-]*:?)?(?: \(discriminator \d+\))?(?: \[inline\])?`;
/** Addresses before a frame in the brackets of all architectures: `[<0>]`, `([<12>]`, `[c000] [c000]`, `12: [<34>]`. */
const ADDRESSES =
  /^\s*(?:#?\d+: )?(\?\s+)?(\(?(?:\[<?\s*(?:0x)?[0-9a-f]+\s*>?\]|\[<\s*inline\s*>\])\)?[ \t]*){0,2}/;
const FRAME = new RegExp(String.raw`^(\? +)?(${NAME})${OFFSETS}${MARKS}\)?\s*$`);
/** ` name file.c:12 [inline]`, ` name (dir/file.c:12 (discriminator 3)) module`. */
const DECODED = new RegExp(
  String.raw`^(\? +)?(${NAME}) \(?([\w./+~-]+\.[chS]):(\d+)(?: \(discriminator \d+\))?\)?( \[inline\])?(?: \[?(\w+)\]?)?\s*$`,
);
/** 32-bit ARM: `[<c0101234>] (callee) from [<c0105678>] (caller+0x1/0x2 [module])`, later without addresses. */
const FROM = new RegExp(
  String.raw`^\s*(?:\[<[0-9a-f]+>\] ?)?\(?${NAME}(?:\+0x[0-9a-f]+/0x[0-9a-f]+)?(?: \[\w+\])?\)? from (?:\[<[0-9a-f]+>\] ?)?\(?(${NAME})${OFFSETS}${MARKS}\)?\s*$`,
);
/** powerpc: `--- interrupt: 900 at name+0x1/0x2`. */
const INTERRUPTED = new RegExp(String.raw`^\s*--- interrupt: [0-9a-f]+ at (${NAME})${OFFSETS}`);
const ADDRESS = /^\s*(\? )?(?:\[<)?(?:0x)?([0-9a-f]{8,16})(?:>\])?\s*$/;

const frameOf = (
  name: string,
  offset: string,
  size: string,
  module: string | undefined,
  reliable: boolean,
  file?: string,
  line?: string,
): Frame => ({
  function: name,
  offset: Number.parseInt(offset, 16),
  size: Number.parseInt(size, 16),
  module: module ?? '',
  reliable,
  ...(file === undefined ? {} : { file, line: Number(line) }),
});

/** Parses a backtrace entry of any architecture and kernel version; `undefined` for any other line. */
export function parseFrame(text: string): Frame | undefined {
  const lead = ADDRESSES.exec(text)?.[0] ?? '';
  const rest = text.slice(lead.length).trimStart();
  const plus = rest.indexOf('+');
  if (plus > 0) {
    const match = FRAME.exec(rest);
    if (match) {
      const [, before, name = '', offset = '', size = '', module, mark, file, line] = match;
      // s390 puts unreliable entries in parentheses.
      const isSure = before === undefined && !lead.includes('?') && !lead.includes('(');
      const reliable = isSure && mark !== ' (unreliable)';
      return frameOf(name, offset, size, module, reliable, file, line);
    }
    const from = text.includes(' from ') ? FROM.exec(text) : null;
    if (from) {
      const [, name = '', offset = '', size = '', module, , file, line] = from;
      return frameOf(name, offset, size, module, true, file, line);
    }
    const interrupted = INTERRUPTED.exec(text);
    if (interrupted) {
      const [, name = '', offset = '', size = '', module] = interrupted;
      return { ...frameOf(name, offset, size, module, true), interrupted: true };
    }
  }
  if (rest.includes('.')) {
    const match = DECODED.exec(rest);
    if (match) {
      const [, before, name = '', file = '', line = '', inline, module = ''] = match;
      const reliable = before === undefined && !lead.includes('?');
      return {
        function: name,
        offset: -1,
        size: -1,
        module,
        reliable,
        file,
        line: Number(line),
        ...(inline === undefined && !lead.includes('inline') ? {} : { inlined: true }),
      };
    }
  }
  const address = ADDRESS.exec(text);
  if (!address) return undefined;
  return {
    function: '',
    offset: -1,
    size: -1,
    module: '',
    reliable: address[1] === undefined,
    address: address[2] ?? '',
  };
}

/** Names of the program counter, with what the architectures print before its value. */
const COUNTER =
  /^\s*(?:RIP|EIP|IP|PC|pc|epc|NIP|ERA|TPC|nip|IAOQ\[0\]|Krnl PSW|PSW|PC is at|pc is at|EIP is at)\b\s*:?/;
const COUNTER_AT = new RegExp(String.raw`(?:^|[\s:<(])(${NAME})${OFFSETS}${MARKS}`);
const COUNTER_INLINE = new RegExp(
  String.raw`^\s*[RE]?IP: (?:[0-9a-f]{4}:)?(${NAME}) ([\w./+-]+\.[chS]):(\d+) \[inline\]`,
);

/** The frame in a program counter line: `RIP: 0010:name+0x1/0x2`, `pc : name+0x1/0x2`. */
export function parseCounter(text: string): Frame | undefined {
  if (!COUNTER.test(text)) return undefined;
  const inline = COUNTER_INLINE.exec(text);
  if (inline) {
    const [, name = '', file = '', line] = inline;
    const bare = { function: name, offset: -1, size: -1, module: '', reliable: true };
    return { ...bare, file, line: Number(line), inlined: true };
  }
  const match = COUNTER_AT.exec(text.replace(COUNTER, ' '));
  if (!match) return undefined;
  const [, name = '', offset = '', size = '', module, , file, line] = match;
  return frameOf(name, offset, size, module, true, file, line);
}

/** A place that a pager cut at the edge of the terminal: `name+0x84/0x1d0 [>`, `name+0xaa>`. */
const CUT = new RegExp(String.raw`^(${NAME})\+(?:0x[0-9a-f]*(?:/[0-9a-fx]*)?)?(?: \[[\w-]*)?[>…]$`);

/** The frame after `at:` in a report, with or without its address. */
export function parsePlace(text: string): Frame | undefined {
  const frame = parseFrame(text);
  if (frame) return frame;
  const cut = /[>…]$/.test(text) ? CUT.exec(text.trim())?.[1] : undefined;
  return cut === undefined ? undefined : { function: cut, offset: -1, size: -1, module: '', reliable: true };
}

const INSTANCE = String.raw`(?:0x)?[0-9a-f]{8,16}|\(____ptrval____\)|\(ptrval\)|\(null\)`;
const USAGE = String.raw`\{([-.+?]{3,9})\}(?:-\{-?\d+:-?\d+\})?`;
const HELD = new RegExp(
  String.raw`^\s*(?:#(\d+):\s*)?(?:(${INSTANCE})\s+)?\((.*)\)([^(){}]*)\{([-.+?]{3,9})\}(?:-\{-?\d+:(-?\d+)\})?\s*(?:, at:\s*(.*))?$`,
);
const CLASS_TAG = new RegExp(String.raw`^\s*(?:->\s*)?(?:#(\d+)\s+)?\((.*)\)([^(){}]*)${USAGE}(.*)$`);
const RELEASED_LOCK = /^\s*#(\d+):\s*<RELEASED>/;

export interface HeldLine {
  /** Position in the list of held locks, -1 if there is none. */
  readonly index: number;
  readonly name: string;
  readonly instance: string;
  readonly usage: string;
  /** Whether only one task can hold the lock at a time. */
  readonly isExclusive: boolean;
  readonly at: Frame | undefined;
}

/**
 * Parses a lock as lockdep prints it: ` #0: ffff888000358468 (sb_writers#3){.+.+.}-{0:0}, at: ksys_write+0x68/0xe0`.
 * Before 4.18 the line has the code's address instead of the lock's: ` #0:  (sb_writers#3){.+.+.+}, at: [<12>]
 * name+0x1/0x2`.
 */
export function parseHeld(text: string): HeldLine | undefined {
  if (!text.includes('){') && !text.includes('}')) {
    const released = text.includes('<RELEASED>') ? RELEASED_LOCK.exec(text) : null;
    return released
      ? { index: Number(released[1]), name: '', instance: '', usage: '', isExclusive: false, at: undefined }
      : undefined;
  }
  const match = HELD.exec(text);
  if (!match) return undefined;
  const [, index, instance = '', name = '', , usage = '', waitType, at] = match;
  // Without a place, only a numbered line names a lock.
  if (at === undefined && index === undefined) return undefined;
  return {
    index: index === undefined ? -1 : Number(index),
    name,
    instance: instance.startsWith('(') || /^(?:0x)?0+$/.test(instance) ? '' : instance,
    usage,
    isExclusive: isExclusive(name, usage, waitType),
    at: at === undefined ? undefined : parsePlace(at),
  };
}

/**
 * Whether the usage shows a lock that was acquired, and never for reading: those states are at the odd positions. Since
 * 5.8, the wait type tells a lock from a section that lockdep models as one.
 */
function isExclusive(name: string, usage: string, waitType: string | undefined): boolean {
  if (waitType === undefined ? isLockMap(name) : Number(waitType) <= 0) return false;
  return /^(?:.\.)+.?$/.test(usage) && /[-+?]/.test(usage);
}

export interface ClassTag {
  /** The number in `-> #1 (…)`, -1 if absent. */
  readonly index: number;
  readonly name: string;
  readonly usage: string;
  /** The rest of the line. */
  readonly rest: string;
}

/** Parses `-> #1 (super_mutex){+.+.}-{3:3}:` and the class names of a dependency. */
export function parseClassTag(text: string): ClassTag | undefined {
  if (!text.includes('){') && !text.includes('}')) return undefined;
  const match = CLASS_TAG.exec(text);
  if (!match) return undefined;
  const [, index, name = '', , usage = '', rest = ''] = match;
  return { index: index === undefined ? -1 : Number(index), name, usage, rest };
}

const COUNTED_LIST = /^(?:(no|\d+) )?locks? held by (.+\/\d+)[:.]\s*$/;
/** Since 7.3: `locks held by name/12: 2, last CPU#1:`. */
const PLACED_LIST = /^locks held by (.+\/\d+): (\d+), (?:last|on) CPU#\d+:?\s*$/;

/** Parses the headline of a task's list of held locks; the count is -1 if the headline has none. */
export function parseListHead(text: string): { readonly task: TaskName; readonly count: number } | undefined {
  if (!text.includes('held by ')) return undefined;
  const placed = PLACED_LIST.exec(text);
  const counted = placed ? null : COUNTED_LIST.exec(text);
  const task = parseTask(placed?.[1] ?? counted?.[2] ?? '');
  const count = placed?.[2] ?? counted?.[1] ?? -1;
  return task && { task, count: count === 'no' ? 0 : Number(count) };
}

/** Parses `comm/pid`; the name may contain slashes, colons and blanks. */
export function parseTask(text: string): TaskName | undefined {
  const slash = text.lastIndexOf('/');
  const pid = Number(text.slice(slash + 1));
  return slash < 0 || !Number.isInteger(pid) ? undefined : { name: text.slice(0, slash), pid };
}

export function mentionOf(held: HeldLine, role: LockRole): LockMention {
  return {
    name: held.name,
    role,
    instance: held.instance,
    usage: held.usage,
    ...(held.isExclusive ? { isExclusive: true as const } : {}),
    ...(held.at ? { at: held.at } : {}),
    stack: [],
  };
}
