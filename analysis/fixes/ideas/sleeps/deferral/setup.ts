import { quoted } from '../../../../base/words.js';
import type { Deferral } from '../../../../models/types.js';
import { calledName, text } from '../../../text/calls.js';
import { all, parts, type CodeNode, type FunctionCode } from '../../../text/code.js';
import { localTypes } from '../../../text/path.js';
import { openFunction } from '../../../text/source.js';
import type { FixInput } from '../../../types.js';

/** Where a driver can set up a work item. */
export interface Setup {
  readonly code: FunctionCode;
  /** The statement that stores the table. */
  readonly statement: CodeNode;
  /** The driver's data, as written there. */
  readonly value: string;
  /**
   * A variable with the driver's data, its type, and the member of it that points to the object, `dev` or, inside of another
   * one, `mii.dev`; absent if only a call leads from the data to the object.
   */
  readonly data: string;
  readonly type: string;
  readonly back: string | undefined;
}

/**
 * The only place where the table is stored, next to the data that points back to the object.
 *
 * @param file - That with the table, which no other one can name.
 */
export function setupOf(input: FixInput, file: string, table: string, how: Deferral): Setup | string {
  const found: (Setup | string)[] = [];
  const stores = new RegExp(`\\b(\\w+)->${how.table}\\s*=\\s*&${table};`, 'g');
  for (const { bodyStart, end, nameSpan, name } of input.program.outline(file)?.functions ?? []) {
    const body = input.textOf(file)?.slice(bodyStart, end) ?? '';
    const [store, more] = [...body.matchAll(stores)];
    if (store === undefined) continue;
    const code = openFunction(input, file, { file, ...nameSpan });
    const setup = typeof code === 'string' || more ? undefined : setupIn(code, store, bodyStart, how);
    found.push(setup ?? `${name}() stores the table in another way`);
  }
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) return 'the table is not stored once';
  if (typeof only !== 'string' && only.back !== undefined) return only;
  const beside = besideData(input, file, how);
  if (beside !== undefined) return beside;
  if (typeof only === 'string') return only;
  if (!seesOwner(input, file, how)) return `${only.code.item.name}() stores the table in another way`;
  return clearedIn(input, file, only) ?? only;
}

/** Why the work item may be lost: a function fills the data with something, other than in front of the place where it is set up. */
function clearedIn(input: FixInput, file: string, { code, statement, type }: Setup): string | undefined {
  for (const { calls, nameSpan, name, start } of input.program.outline(file)?.functions ?? []) {
    if (!calls.some((each) => input.models.isFill(each))) continue;
    const own = start === code.item.start ? code : openFunction(input, file, { file, ...nameSpan });
    if (typeof own === 'string') return own;
    const types = localTypes(own);
    const filled = all(own.body, 'call_expression').find((call) => {
      const [first] = parts(call).slice(1).flatMap(parts);
      const isData = first !== undefined && types.get(text(own, first)) === type;
      const isBefore = own === code && call.end <= statement.start;
      return isData && !isBefore && input.models.isFill(calledName(own, call));
    });
    if (filled !== undefined) return `${name}() clears the data in which the work item would be`;
  }
  return undefined;
}

/** Whether a file sees the call that leads from the data to the object. */
function seesOwner({ program }: FixInput, file: string, { owner }: Deferral): boolean {
  const [declared] = program.resolveCall(owner, file);
  return declared !== undefined && (declared.file === file || program.includesFile(file, declared.file));
}

/**
 * The only statement that makes the driver's data point back to the object, where it has just got that data and goes on to
 * register the object.
 */
function besideData(input: FixInput, file: string, how: Deferral): Setup | undefined {
  const found: Setup[] = [];
  for (const { calls, nameSpan } of input.program.outline(file)?.functions ?? []) {
    if (!calls.includes(how.data) || !calls.includes(how.registration)) continue;
    const code = openFunction(input, file, { file, ...nameSpan });
    if (typeof code === 'string') continue;
    for (const statement of parts(code.body)) {
      const [, data = '', back = '', object = ''] =
        /^(\w+)->(\w+)\s*=\s*(\w+);$/.exec(text(code, statement)) ?? [];
      const type = localTypes(code).get(data);
      const isObject = localTypes(code).get(object) === how.object;
      const before = code.text.slice(code.body.start, statement.start);
      const isGot = new RegExp(`\\b${data}\\s*=\\s*${how.data}\\(\\s*${object}\\s*\\);`).test(before);
      const after = code.text.slice(statement.end, code.body.end);
      const isBefore = new RegExp(`\\b${how.registration}\\(\\s*${object}\\s*\\)`).test(after);
      if (type !== undefined && isObject && isGot && isBefore)
        found.push({ code, statement, value: data, data, type, back });
    }
  }
  const [only, ...more] = found;
  return more.length > 0 ? undefined : only;
}

function setupIn(
  code: FunctionCode,
  store: RegExpExecArray | RegExpMatchArray,
  bodyStart: number,
  { data }: Deferral,
): Setup | undefined {
  const object = store[1] ?? '';
  const at = bodyStart + (store.index ?? 0);
  const statement = parts(code.body).find(({ start, end }) => start <= at && at < end);
  if (statement?.kind !== 'expression_statement') return undefined;
  const before = code.text.slice(code.body.start, statement.start);
  const got = new RegExp(`\\b(\\w+)\\s*=\\s*${data}\\(\\s*${object}\\s*\\);`).exec(before)?.[1];
  const type = got === undefined ? undefined : localTypes(code).get(got);
  if (got === undefined || type === undefined) return castIn(code, statement, object, data);
  const back = new RegExp(`\\b${got}->([\\w.]+)\\s*=\\s*${object};`).exec(text(code, code.body))?.[1];
  // A part of the data may be handed to code that has objects of its own.
  const isSetOnce =
    back !== undefined && code.text.match(new RegExp(`->${quoted(back)}\\s*=(?!=)`, 'g'))?.length === 1;
  const isOwn = back?.includes('.') === false || isSetOnce;
  return { code, statement, value: got, data: got, type, back: isOwn ? back : undefined };
}

/** The same in a function that names the data by a cast only: `((struct card *)netdev_priv(dev))->irq`. */
function castIn(code: FunctionCode, statement: CodeNode, object: string, data: string): Setup | undefined {
  const cast = new RegExp(`(\\(\\((struct \\w+|\\w+) \\*\\)${data}\\(${object}\\)\\))->`);
  const [, value, type] = cast.exec(text(code, code.body)) ?? [];
  const named = new RegExp(`\\b${type} *\\*(\\w+)\\s*=\\s*${data}\\(`).exec(code.text)?.[1];
  return value === undefined || type === undefined || named === undefined
    ? undefined
    : { code, statement, value, data: named, type, back: undefined };
}
