import { baseOf } from '../../../../base/ctype.js';
import type { Deferral } from '../../../../models/types.js';
import { quoted, wholeWord } from '../../../../base/words.js';
import { calledName, text } from '../../../text/calls.js';
import { all, isAsWritten, isList, parts, type CodeNode, type FunctionCode } from '../../../text/code.js';
import { indentAt, lineBreakAt, lineEnd, type TextEdit } from '../../../text/edits.js';
import { leadingDeclarations } from '../../../text/flags.js';
import { declaredName, localTypes } from '../../../text/path.js';
import { openFunction } from '../../../text/source.js';
import type { FixInput } from '../../../types.js';
import type { Setup } from './setup.js';

/** A function that removes the object, and what ends the work item there. */
export interface Cancelling {
  readonly code: FunctionCode;
  readonly edits: readonly TextEdit[];
}

/** Where the object is removed, with the call that ends the work item there; nowhere if it stays. */
export function cancelling(
  input: FixInput,
  files: readonly string[],
  setup: Setup,
  item: string,
  how: Deferral,
): readonly Cancelling[] | string {
  const { type } = setup;
  const found: Cancelling[] = [];
  for (const file of files) {
    for (const { calls, nameSpan, name } of input.program.outline(file)?.functions ?? []) {
      if (how.removedOtherwise.some((other) => calls.includes(other)))
        return `${name}() removes the device in another way`;
      if (!calls.includes(how.removal)) continue;
      const code = openFunction(input, file, { file, ...nameSpan });
      if (typeof code === 'string') return code;
      const removals = all(code.body, 'call_expression').filter(
        (call) => calledName(code, call) === how.removal,
      );
      for (const call of removals) {
        const object = text(code, parts(parts(call)[1] ?? call)[0] ?? call);
        const statement = call.parent;
        const before = code.text.slice(code.body.start, call.start);
        const known = [...localTypes(code)].find(
          ([variable, own]) => own === type && isOf(before, variable, object, setup, how),
        );
        const declared = known ? undefined : dataDeclared(code, object, setup, how);
        const data = known?.[0] ?? (declared && setup.data);
        const outer = statement?.parent;
        const isPlain =
          statement?.kind === 'expression_statement' &&
          isList(outer?.kind === 'labeled_statement' ? outer.parent : outer);
        if (!isPlain || data === undefined || !isAsWritten(code, statement.start, statement.end))
          return `${name}() removes the device in another way`;
        found.push({
          code,
          edits: [
            ...(declared ? [declared] : []),
            behind(code, statement, `${how.work.cancel}(&${data}->${item});`),
          ],
        });
      }
    }
  }
  return found.length > 0 || isKept(input, files, how) ? found : 'where the device is removed is not known';
}

/**
 * Whether nothing removes an object: the driver frees it only where it fails to register it, and keeps it in no variable, member
 * or data of another device by which something could find it later.
 */
function isKept(
  { program, models }: FixInput,
  files: readonly string[],
  { freed, registration, object }: Deferral,
): boolean {
  const outlines = files.flatMap((file) => program.outline(file) ?? []);
  const functions = outlines.flatMap((outline) => outline.functions);
  const freeing = functions.filter(({ calls }) => calls.includes(freed));
  const isFound =
    functions.some(({ calls }) => calls.some((name) => models.assignMacro(name)?.field !== undefined)) ||
    outlines.some(
      ({ variables, records }) =>
        variables.some(({ type }) => baseOf(type) === object) ||
        records.some(({ fields }) => fields.some(({ type }) => baseOf(type) === object)),
    );
  return !isFound && freeing.length > 0 && freeing.every(({ calls }) => calls.includes(registration));
}

/** Declares the data of an object that a function declares with its value; `undefined` if it has the name already. */
function dataDeclared(
  code: FunctionCode,
  object: string,
  { data, type }: Setup,
  how: Deferral,
): TextEdit | undefined {
  const declarations = leadingDeclarations(code);
  const isGot = declarations.some(
    (one) =>
      all(one, 'init_declarator').some((node) => {
        const [declarator] = parts(node);
        const name = declarator && declaredName(declarator);
        return name !== undefined && text(code, name) === object;
      }) && localTypes(code).get(object) === how.object,
  );
  const last = declarations.at(-1);
  if (last === undefined || !isGot || wholeWord(data).test(code.text.slice(code.item.start, code.body.end)))
    return undefined;
  return behind(code, last, `${type} *${data} = ${how.data}(${object});`);
}

/** Whether code sets a variable to the data of an object, or the object is what that data points to. */
function isOf(
  before: string,
  variable: string,
  object: string,
  { back }: Setup,
  { data }: Deferral,
): boolean {
  if (back !== undefined && object === `${variable}->${back}`) return true;
  if (!/^\w+$/.test(object)) return false;
  return (
    new RegExp(`\\b${variable}\\s*=\\s*${data}\\(\\s*${object}\\s*\\)`).test(before) ||
    (back !== undefined && new RegExp(`\\b${object}\\s*=\\s*${variable}->${quoted(back)}\\s*;`).test(before))
  );
}

/** A statement on the line below another one. */
export function behind({ text: whole }: FunctionCode, statement: CodeNode, line: string): TextEdit {
  const end = lineEnd(whole, statement.end);
  return {
    start: end,
    end,
    text: `${indentAt(whole, statement.start)}${line}${lineBreakAt(whole, statement.start)}`,
  };
}
