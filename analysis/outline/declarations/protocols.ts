import { madeName } from '../made-names.js';
import type { Outliner } from '../outliner.js';
import { hashUnits } from '../tokens/hash.js';
import type { InitializerMember, VariableItem } from '../types.js';

/** `$start` in the text of a protocol. */
const MEMBER = /\$(\w+)/gu;

/**
 * Notes a function that calls the members of a table as the kernel does, if its type has a protocol. It stands at the
 * table, whose text is no part of it.
 */
export function noteProtocol(out: Outliner, variable: VariableItem, token: number): void {
  const { scan } = out;
  const protocol = scan.models.protocol(variable.type);
  if (protocol === undefined) return;
  const calls = new Set<string>();
  const parts = protocol.parts.filter((part) => {
    const named = [...part.matchAll(MEMBER)].map(([, member]) => valueOf(variable.members, member));
    if (named.includes(undefined)) return false;
    for (const name of named) calls.add(name!);
    return true;
  });
  if (parts.length === 0) return;
  const before = `{${parts.join(' ').replace(MEMBER, (_, member: string) => valueOf(variable.members, member)!)}}`;
  const name = madeName(protocol.caller, variable.name);
  const start = scan.tokens.starts[token]!;
  const end = scan.tokens.ends[token]!;
  const units = Uint16Array.from(`${name} ${before}`, (letter) => letter.charCodeAt(0));
  const line = scan.lineAt(start);
  out.functions.push({
    name,
    nameSpan: variable.nameSpan,
    start,
    end,
    bodyStart: start,
    line,
    endLine: line,
    isStatic: true,
    isInline: false,
    section: '',
    returns: 'void',
    parameters: protocol.parameters,
    annotations: [],
    condition: variable.condition,
    hash: hashUnits(units, 0, units.length),
    calls: [...calls].sort(),
    indirectCalls: [],
    references: [],
    fills: [],
    lockSites: 0,
    made: { from: end - start, before, behind: '', isObject: false },
  });
}

function valueOf(members: readonly InitializerMember[], field: string | undefined): string | undefined {
  return members.find((one) => one.field === field)?.value;
}
