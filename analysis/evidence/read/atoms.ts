import type { Frame, LockMention, LockRole, TaskName } from './types.js';

const NAME = String.raw`[A-Za-z_.$][\w.$]*`;
/** ` name+0x12/0x34 [module build-id]`, with what decoders append. */
const FRAME = new RegExp(
  String.raw`^\s*(?:(?:\d+: )?(\? )?)(?:\[<([0-9a-f]+)>\] )?(\? )?(${NAME})\+0x([0-9a-f]+)/0x([0-9a-f]+)` +
    String.raw`(?: \[(\w+)(?: [0-9a-f]+)?\])?(?: \[\w+\])?(?: ([\w./+-]+):(\d+))?(?: \[inline\])?\s*$`,
);
/** ` name file.c:12 [inline]`, ` name (dir/file.c:12 (discriminator 3)) module`. */
const DECODED = new RegExp(
  String.raw`^\s*(\? )?(${NAME}) \(?([\w./+-]+\.[chS]):(\d+)(?: \(discriminator \d+\))?\)?(?: \[inline\])?(?: \[?(\w+)\]?)?\s*$`,
);
const ADDRESS = /^\s*(\? )?(?:\[<)?(?:0x)?([0-9a-f]{8,16})(?:>\])?\s*$/;

/** Reads one entry of a backtrace; `undefined` for any other line. */
export function parseFrame(text: string): Frame | undefined {
  const plus = text.indexOf('+0x');
  if (plus > 0) {
    const match = FRAME.exec(text);
    if (match) {
      const [, before, , behind, name = '', offset = '', size = '', module = '', file, line] = match;
      return {
        function: name,
        offset: Number.parseInt(offset, 16),
        size: Number.parseInt(size, 16),
        module,
        reliable: before === undefined && behind === undefined,
        ...(file === undefined ? {} : { file, line: Number(line) }),
      };
    }
  }
  if (text.includes('.')) {
    const match = DECODED.exec(text);
    if (match) {
      const [, before, name = '', file = '', line = '', module = ''] = match;
      const reliable = before === undefined;
      return { function: name, offset: -1, size: -1, module, reliable, file, line: Number(line) };
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

/** A frame that may stand after an address in brackets: `[<ffffffff81000000>] name+0x1/0x2`. */
export function parsePlace(text: string): Frame | undefined {
  return parseFrame(text.replace(/^\s*\[<[0-9a-f]+>\]\s*/, ''));
}

const HELD =
  /^\s*(?:#(\d+): )?(?:0x)?([0-9a-f]{8,16}|\(____ptrval____\)) \((.*)\)([^(){}]*)\{([-.+?]{4,6})\}(?:-\{-?\d+:-?\d+\})?, at: (.+)$/;
const CLASS_TAG = /^\s*(?:->\s*)?(?:#(\d+)\s+)?\((.*)\)([^(){}]*)\{([-.+?]{4,6})\}(?:-\{-?\d+:-?\d+\})?(.*)$/;

export interface HeldLine {
  /** Position in the list of held locks, -1 when there is none. */
  readonly index: number;
  readonly name: string;
  readonly instance: string;
  readonly usage: string;
  readonly at: Frame | undefined;
}

/** ` #0: ffff888000358468 (sb_writers#3){.+.+}-{0:0}, at: ksys_write+0x68/0xe0` */
export function parseHeld(text: string): HeldLine | undefined {
  if (!text.includes(', at: ')) return undefined;
  const match = HELD.exec(text);
  if (!match) return undefined;
  const [, index, instance = '', name = '', , usage = '', at = ''] = match;
  return {
    index: index === undefined ? -1 : Number(index),
    name,
    instance: instance.startsWith('(') ? '' : instance,
    usage,
    at: parsePlace(at),
  };
}

export interface ClassTag {
  /** The number in `-> #1 (…)`, -1 without. */
  readonly index: number;
  readonly name: string;
  readonly usage: string;
  /** What follows on the line. */
  readonly rest: string;
}

/** `-> #1 (super_mutex){+.+.}-{3:3}:` and the tags of a dependency. */
export function parseClassTag(text: string): ClassTag | undefined {
  if (!text.includes('){') && !text.includes('}')) return undefined;
  const match = CLASS_TAG.exec(text);
  if (!match) return undefined;
  const [, index, name = '', , usage = '', rest = ''] = match;
  return { index: index === undefined ? -1 : Number(index), name, usage, rest };
}

/** `comm/pid`; the name may hold slashes, colons and blanks. */
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
    ...(held.at ? { at: held.at } : {}),
    stack: [],
  };
}
