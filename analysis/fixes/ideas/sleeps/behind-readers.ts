import { callAt, calledName, lockCall, lockCallAt, text, type LockCall } from '../../text/calls.js';
import { all, identifiers, parts, walk, type CodeNode, type FunctionCode } from '../../text/code.js';
import { toFileEdits } from '../../text/edits.js';
import { movedBehind } from '../../text/layout.js';
import { nextMember } from '../../text/pair.js';
import { declaredName, isConstant, localTypes } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';

export const BEHIND_READERS = 'behind-readers';

/**
 * Proposes to move the last call of an RCU section behind it. The section excludes nobody and only keeps objects alive: the
 * call needs it only if its arguments come from the section. Proposes nothing for other sections.
 */
export function proposeBehindReaders(input: FixInput): FixOutcome {
  const none: FixOutcome = { fixes: [], refusals: [] };
  const [holds, step] = input.finding.story;
  if (!holds || !step || holds.file !== step.file || holds.function !== step.function) return none;
  const code = openFunction(input, step.file, step);
  if (typeof code === 'string') return none;
  const took = lockCallAt(code, input.models, holds);
  const call = callAt(code, step);
  if (took?.api.noCycle !== true || took.api.op !== 'acquire' || !call) return none;
  const plan = planBehind(input, code, took, call);
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: BEHIND_READERS, reason: plan }] };
  return { fixes: [plan], refusals: [] };
}

function planBehind(
  input: FixInput,
  code: FunctionCode,
  took: LockCall,
  call: CodeNode,
): ProposedFix | string {
  const name = calledName(code, call);
  const statement = call.parent;
  const release = statement && nextMember(statement);
  const [last] = release?.kind === 'expression_statement' ? parts(release) : [];
  const done = last && lockCall(code, input.models, last);
  if (statement?.kind !== 'expression_statement') return `${name}() is part of a larger statement`;
  if (!release || done?.form !== 'call' || done.api.op !== 'release' || done.api.kind !== took.api.kind)
    return `the section does not end right after ${name}()`;
  for (const given of parts(call).slice(1).flatMap(parts)) {
    if (isFromOutside(input, code, given, { from: took.node.start, to: statement.start })) continue;
    return `${text(code, given)} may be something that the section keeps alive`;
  }
  const edits = movedBehind(code, statement, release);
  if (edits === undefined) return `other code shares the lines of ${name}() or of the end of the section`;
  return {
    title: `Call ${name}() after the RCU section`,
    kind: BEHIND_READERS,
    verified: false,
    edits: toFileEdits(code.file, code.text, edits),
    regions: [{ file: code.file, start: statement.start, end: release.end }],
  };
}

/** Whether an argument is a number, a constant, or a pointer that the section does not set to anything else. */
function isFromOutside(
  { models, program }: FixInput,
  code: FunctionCode,
  given: CodeNode,
  section: { readonly from: number; readonly to: number },
): boolean {
  const isPlain = (node: CodeNode): boolean =>
    /^(?:[a-z]+_literal|concatenated_string|true|false|null)$/.test(node.kind) ||
    (node.kind === 'identifier' && isConstant({ models, program, code }, text(code, node))) ||
    (node.kind === 'unary_expression' && parts(node).every(isPlain));
  if (isPlain(given)) return true;
  const word = text(code, given);
  if (given.kind !== 'identifier' || !localTypes(code).has(word)) return false;
  if (NUMBER.test(typeOf(code, word))) return true;
  return [...walk(code.body)].every((node) => {
    if (node.start < section.from || node.end > section.to) return true;
    // A loop sets what its head names; a call may set what it is given the address of.
    if (node.kind === 'macro_head')
      return !identifiers(code, node).has(word) && !text(code, node).includes(word);
    if (node.kind === 'pointer_expression') return text(code, node) !== `&${word}`;
    if (!/^(?:assignment_expression|init_declarator|update_expression)$/.test(node.kind)) return true;
    const [target, value] = parts(node);
    return (
      target === undefined || !identifiers(code, target).has(word) || (value !== undefined && isPlain(value))
    );
  });
}

const NUMBER =
  /^(?:(?:unsigned|signed|const) )*(?:bool|char|short|int|long|long long|[us](?:8|16|32|64)|s?size_t|gfp_t|unsigned)$/;

/** The type of a variable of the function, with a star for pointers and arrays. */
function typeOf(code: FunctionCode, word: string): string {
  const given = code.item.parameters.find(({ name }) => name === word);
  if (given) return given.type;
  const declared = all(code.body, 'declaration').filter((one) =>
    parts(one).some((part) => {
      const name = declaredName(part);
      return name !== undefined && text(code, name) === word;
    }),
  );
  const [only, ...more] = declared;
  const part = only && parts(only).find((one) => identifiers(code, one).has(word));
  const isPlain =
    part?.kind === 'identifier' ||
    (part?.kind === 'init_declarator' && parts(part)[0]?.kind === 'identifier');
  return isPlain && more.length === 0 ? (localTypes(code).get(word) ?? '*') : '*';
}
