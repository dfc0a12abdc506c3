import type { Frame, LockMention, SourceEvidence } from './types.js';

const LINE =
  /^(?:0x)?([0-9a-f]{8,16})\s+(?:[0-9a-f]{8,16}\s+)?([A-Za-z?])\s+([^\s]+)(?:\s+\[(\w+)\])?(?:\s+(\S+):(\d+))?\s*$/i;

interface Symbol {
  readonly address: string;
  readonly name: string;
  readonly module: string;
}

/** Largest distance from the last symbol at which an address still belongs to it. */
const FURTHEST = 0x100000n;

/** Names of addresses, from System.map, /proc/kallsyms or nm. */
export class SymbolTable {
  private readonly symbols: Symbol[] = [];
  private isSorted = true;
  private rest = '';

  get size(): number {
    return this.symbols.length;
  }

  push(chunk: string): void {
    const lines = (this.rest + chunk).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.line(line);
  }

  finish(): void {
    this.line(this.rest);
    this.rest = '';
  }

  private line(text: string): void {
    const match = LINE.exec(text);
    if (!match) return;
    const [, address = '', type = '', name = '', module = ''] = match;
    // Hidden addresses and absolute values name no place.
    if (/^0+$/.test(address) || type === 'a' || type === 'A') return;
    this.symbols.push({ address: address.toLowerCase().padStart(16, '0'), name, module });
    this.isSorted = false;
  }

  /** The symbol that contains an address, with the offset into it. */
  at(
    address: string,
  ): { readonly name: string; readonly module: string; readonly offset: number } | undefined {
    if (!this.isSorted)
      this.symbols.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
    this.isSorted = true;
    const wanted = address.toLowerCase().padStart(16, '0');
    let low = 0;
    let high = this.symbols.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.symbols[middle]?.address ?? '') <= wanted) low = middle + 1;
      else high = middle;
    }
    const found = this.symbols[low - 1];
    if (!found) return undefined;
    const offset = BigInt(`0x${wanted}`) - BigInt(`0x${found.address}`);
    return offset > FURTHEST ? undefined : { name: found.name, module: found.module, offset: Number(offset) };
  }
}

/** The evidence with names for frames that have only an address. */
export function withSymbols(source: SourceEvidence, table: SymbolTable): SourceEvidence {
  if (table.size === 0) return source;
  const frame = (each: Frame): Frame => {
    const found = each.function === '' && each.address !== undefined ? table.at(each.address) : undefined;
    return found ? { ...each, function: found.name, offset: found.offset, module: found.module } : each;
  };
  const lock = (each: LockMention): LockMention => ({
    ...each,
    ...(each.at ? { at: frame(each.at) } : {}),
    stack: each.stack.map(frame),
  });
  return {
    ...source,
    events: source.events.map((event) => ({
      ...event,
      stack: event.stack.map(frame),
      locks: event.locks.map(lock),
    })),
    tasks: source.tasks.map((task) => ({ ...task, stack: task.stack.map(frame) })),
    held: source.held.map((list) => ({ ...list, locks: list.locks.map(lock) })),
  };
}
