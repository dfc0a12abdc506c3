import { lockCall, text, type LockCall } from '../../text/calls.js';
import { all, isAsWritten, isList, parts, walk, type CodeNode, type FunctionCode } from '../../text/code.js';
import { hasDirective } from '../../text/layout.js';
import { localTypes } from '../../text/path.js';
import type { FixInput } from '../../types.js';
import { brief } from '../between.js';

/** The acquisition of the first lock. */
export interface Outer {
  /** The call in the function itself. */
  readonly node: CodeNode;
  readonly lock: LockCall;
  readonly isOwn: boolean;
}

/** The members of a list over which the second lock is held after the fix, and whether the release stays in its place. */
export interface Widened {
  readonly list: CodeNode;
  readonly members: readonly CodeNode[];
  readonly first: CodeNode;
  readonly last: CodeNode;
  /** Whether the last one releases the first lock. */
  readonly isMirrored: boolean;
}

/**
 * The members of the innermost list with both acquisitions and the release, from the first acquisition on, up to a
 * place that all jumps in between reach.
 */
export function spanOf(
  { input, code }: { readonly input: FixInput; readonly code: FunctionCode },
  outer: Outer,
  took: CodeNode,
  release: CodeNode,
): Widened | string {
  let list: CodeNode | undefined = outer.node.parent;
  while (list && !(isList(list) && contains(list, took) && contains(list, release))) list = list.parent;
  const siblings = list ? parts(list) : [];
  const at = (node: CodeNode): number => siblings.findIndex((member) => contains(member, node));
  const [from, taken, through] = [at(outer.node), at(took), at(release)];
  const first = siblings[from];
  if (!list || !first || from > taken || taken > through)
    return 'the first lock is held from an earlier iteration when the second is taken';
  if (!/^(?:expression|if)_statement$|^macro_head$/.test(first.kind))
    return `\`${brief(code, first)}\` begins where nothing can be inserted`;
  const to = closed(code, siblings, from, through);
  if (typeof to === 'string') return to;
  const following = siblings[to + 1];
  const next = following?.kind === 'expression_statement' ? parts(following)[0] : undefined;
  const dropped = next && lockCall(code, input.models, next);
  const isMirrored = dropped?.api.op === 'release' && dropped.name === outer.lock.name && outer.isOwn;
  const members = siblings.slice(from, to + (isMirrored ? 2 : 1));
  const last = members.at(-1) ?? first;
  if (hasDirective(code.text, first.start, last.end))
    return 'a preprocessor line stands between the acquisitions';
  const nodes = members.flatMap((member) => [...walk(member)]);
  const leaving = nodes.find((node) => leaves(node, members));
  if (leaving) return `\`${brief(code, leaving)}\` in between leaves with the lock held`;
  const isOdd = nodes.some(({ kind }) => /^(?:macro_call|computed_goto)$/.test(kind));
  if (isOdd || !isAsWritten(code, first.start, last.end)) return 'code in between is not understood';
  const label = members.find(({ kind, end }) => kind === 'labeled_statement' && end <= took.start);
  if (label) return `a jump leads to \`${brief(code, label)}\` in between`;
  const waiting = nodes.find(
    (node) => /^(?:while|do|for)_statement$/.test(node.kind) && !isCounted(code, node),
  );
  if (waiting) return `the loop \`${brief(code, waiting)}\` in between may wait for something`;
  return { list, members, first, last, isMirrored };
}

/** Whether only local variables decide how often a loop runs. */
function isCounted(code: FunctionCode, loop: CodeNode): boolean {
  const body = parts(loop).find(
    ({ kind }) => kind.endsWith('_statement') && kind !== 'parenthesized_expression',
  );
  const locals = localTypes(code);
  return parts(loop)
    .filter((part) => part !== body && part.kind !== 'declaration')
    .every((part) =>
      [...walk(part)].every(
        (node) =>
          !/^(?:call|field|pointer|subscript)_expression$/.test(node.kind) &&
          (node.kind !== 'identifier' || locals.has(text(code, node))),
      ),
    );
}

export function contains(node: CodeNode, inner: CodeNode): boolean {
  return node.start <= inner.start && inner.end <= node.end;
}

/** Index of the last member that all jumps from the members reach; a reason if one leads elsewhere. */
function closed(
  code: FunctionCode,
  siblings: readonly CodeNode[],
  from: number,
  through: number,
): number | string {
  const labelOf = (member: CodeNode): string | undefined => {
    const [name] = member.kind === 'labeled_statement' ? parts(member) : [];
    return name && text(code, name);
  };
  let to = through;
  for (let at = from; at <= to; at++) {
    for (const jump of all(siblings[at] ?? code.body, 'goto_statement')) {
      const [name] = parts(jump);
      const target = siblings.findIndex((member) => name && labelOf(member) === text(code, name));
      // A jump back may be a loop that waits.
      if (target <= at) return `\`${brief(code, jump)}\` in between leaves with the lock held`;
      to = Math.max(to, target);
    }
  }
  const own = siblings.slice(from, to + 1);
  const labels = new Set(
    own.flatMap((member) => all(member, 'labeled_statement')).map((member) => labelOf(member)),
  );
  const [first, last] = [own[0]?.start ?? 0, own.at(-1)?.end ?? 0];
  const entering = all(code.body, 'goto_statement').find((jump) => {
    const [name] = parts(jump);
    const isOutside = jump.start < first || jump.start > last;
    return isOutside && name !== undefined && labels.has(text(code, name));
  });
  return entering ? `a jump leads to \`${brief(code, entering)}\` in between` : to;
}

/** Whether a statement leaves the given statements: a return, or a break or continue of an outer loop. */
function leaves(node: CodeNode, members: readonly CodeNode[]): boolean {
  if (node.kind === 'return_statement') return true;
  if (!/^(?:break|continue)_statement$/.test(node.kind)) return false;
  const isLoop = ({ kind }: CodeNode): boolean =>
    /^(?:for|while|do)_statement$|^macro_head$/.test(kind) ||
    (node.kind === 'break_statement' && kind === 'switch_statement');
  for (let at: CodeNode | undefined = node; at; at = at.parent) {
    if (isLoop(at)) return false;
    if (members.includes(at)) return true;
  }
  return true;
}
