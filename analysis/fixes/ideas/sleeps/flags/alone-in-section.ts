import { folderOf } from '../../../../base/paths.js';
import { shortName } from '../../../../graph/orders/side.js';
import { callAt, calledName, lockCall, text, type LockCall } from '../../../text/calls.js';
import { identifiers, memberOf, parts, type CodeNode, type FunctionCode } from '../../../text/code.js';
import { overlap, toFileEdits } from '../../../text/edits.js';
import { withoutStateVariable } from '../../../text/flags.js';
import { withoutStatement } from '../../../text/layout.js';
import { nextMember, previousMember } from '../../../text/pair.js';
import { localTypes } from '../../../text/path.js';
import { openFunction } from '../../../text/source.js';
import type { FixInput, FixOutcome } from '../../../types.js';
import { driverFiles } from '../../../moves/driver.js';
import { memberNames, resultOf } from '../alone.js';
import { isUnder } from '../under-lock.js';

export const ALONE_IN_SECTION = 'alone-in-section';

/**
 * Proposes not to hold a lock around one call of the kernel that allocates: it does not know the driver's lock, nobody
 * knows its result yet, and its arguments do not change under the lock. No idea for other sections.
 */
export function proposeAloneInSection(input: FixInput): FixOutcome {
  const none: FixOutcome = { fixes: [], refusals: [] };
  const [holds, step] = input.finding.story;
  const [lock] = input.finding.locks;
  if (!holds || !step || lock === undefined || holds.file !== step.file || holds.function !== step.function)
    return none;
  const code = openFunction(input, step.file, step);
  if (typeof code === 'string') return none;
  const [call, taken] = [callAt(code, step), callAt(code, holds)];
  const statement = call && memberOf(call);
  const take = taken && memberOf(taken);
  const release = statement && nextMember(statement);
  const took = taken && lockCall(code, input.models, taken);
  const [last] = release ? parts(release) : [];
  const done = last && lockCall(code, input.models, last);
  if (!call || !statement || !take || !release || took?.form !== 'call' || done?.form !== 'call') return none;
  if (previousMember(statement) !== take || done.api.op !== 'release' || done.name !== took.name) return none;
  const name = calledName(code, call);
  const refused = (reason: string): FixOutcome => ({
    fixes: [],
    refusals: [{ kind: ALONE_IN_SECTION, reason }],
  });
  const end = input.finding.story.at(-1);
  const inner = end && openFunction(input, end.file, end);
  const allocation = inner && typeof inner === 'object' ? callAt(inner, end) : undefined;
  const isAllocation =
    allocation !== undefined &&
    typeof inner === 'object' &&
    input.models.api(calledName(inner, allocation))?.gfpArg !== undefined;
  const isOwn = input.program
    .resolveCall(name, code.file)
    .some(({ file }) => folderOf(file) === folderOf(code.file) && file.endsWith('.c'));
  const names = [name, ...input.finding.story.slice(2).map((one) => one.function)];
  const { models } = input;
  const isNew =
    names.some((one) => models.soundsLikeMakingNew(one)) &&
    !names.some((one) => models.soundsLikeCopying(one));
  if (!isAllocation || isOwn || !isNew)
    return refused(`${name}() may need ${lock} for something else than memory`);
  const isKept = resultOf(code, statement, call) !== undefined;
  if (!isKept) return refused(`others may know what ${name}() returns`);
  const changing = parts(call)
    .slice(1)
    .flatMap(parts)
    .flatMap((given) => changingIn(input, code, given, { took, lock }));
  if (changing[0] !== undefined) return refused(`${changing[0]} may change where ${lock} is not held`);
  const unused = withoutStateVariable(code, [took, done]);
  const edits = [withoutStatement(code, take), withoutStatement(code, release)].flatMap((edit) => edit ?? []);
  if (unused === undefined || edits.length < 2 || overlap([...unused, ...edits]))
    return refused(`other code shares the lines of an operation on ${lock}`);
  return {
    fixes: [
      {
        title: `Do not hold ${shortName(lock)} around ${text(code, parts(call)[0] ?? call)}()`,
        kind: ALONE_IN_SECTION,
        verified: false,
        edits: toFileEdits(code.file, code.text, [...unused, ...edits]),
        regions: [{ file: code.file, start: take.start, end: release.end }],
        untaken: lock,
      },
    ],
    refusals: [],
  };
}

/** What an argument names that a function of the driver sets under the lock. */
function changingIn(
  input: FixInput,
  code: FunctionCode,
  given: CodeNode,
  { took, lock }: { readonly took: LockCall; readonly lock: string },
): readonly string[] {
  const { program } = input;
  const locals = localTypes(code);
  const members = memberNames(code, given);
  const globals = [...identifiers(code, given)].filter(
    (word) => !locals.has(word) && program.resolveVariable(word, code.file) !== undefined,
  );
  const isSet = (word: string, front: string): boolean =>
    driverFiles(program, code.file).some((file) =>
      (program.outline(file)?.functions ?? []).some((item, at) => {
        const body = input.textOf(file)?.slice(item.bodyStart, item.end) ?? '';
        const set = new RegExp(`${front}${word}\\s*(?:[-+|&^]?=(?!=)|\\+\\+|--)`);
        return set.test(body) && isUnder(input, { fn: program.functionAt(file, at), body }, took, lock);
      }),
    );
  return [
    ...members.filter((word) => isSet(word, '(?:->|\\.)\\s*')),
    ...globals.filter((word) => isSet(word, '(?<!\\w)')),
  ];
}
