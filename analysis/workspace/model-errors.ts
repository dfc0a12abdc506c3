import { BUILT_IN, subjectOf } from '../models/records/built-in.js';
import { isOfOlderKernel } from '../models/records/older.js';
import type { FunctionRecord, ModelRecord, UserModel } from '../models/records/record.js';
import { lockRow, ROLES, SAYS_NOTHING } from '../models/records/rows.js';
import { userRecords } from '../models/records/user.js';
import type { PlacedError } from './config-words.js';
import type { SuppressionNote } from './findings.js';

/** The name of a function or macro, or of a guard; the analysis finds no other in the code. */
const NAME = /^(?:(?:guard|cond_guard|free):)?[A-Za-z_]\w*$/;

/** Roles that may stand beside `transient`: the call does this under the lock that it takes. */
const BESIDE_TRANSIENT: ReadonlySet<string> = new Set(['register', 'complete', 'wait']);

/** Mistakes in entries of `models` that have the right form. */
export function contradictions(models: readonly UserModel[]): PlacedError[] {
  const errors: PlacedError[] = [];
  const known = new Map<string, { readonly index: number; readonly text: string }>();
  models.forEach((model, index) => {
    const path = ['models', index];
    for (const record of userRecords([model])) {
      const message = 'name' in record ? mistakeIn(record) : undefined;
      if (message !== undefined) errors.push({ path, message });
      const subject = subjectOf(record);
      const [earlier, text] = [known.get(subject), JSON.stringify(record)];
      if (earlier === undefined) known.set(subject, { index, text });
      else if (earlier.text !== text && !addsTo(record))
        errors.push({
          path,
          message: `${described(earlier.index, index)} says something else of ${nameOf(record)}`,
        });
    }
  });
  return errors;
}

function described(earlier: number, index: number): string {
  return earlier === index ? 'the same entry' : `models[${earlier}]`;
}

/** A record that only says `noreturn` adds to the others. */
function addsTo(record: ModelRecord): boolean {
  return 'name' in record && Object.keys(record).every((key) => key === 'name' || key === 'noreturn');
}

function mistakeIn(record: FunctionRecord): string | undefined {
  const { name } = record;
  if (!NAME.test(name)) return `“${name}” is not the name of a function, macro or guard`;
  const roles = ROLES.filter((role) => record[role] !== undefined);
  const isBeside =
    roles.includes('transient') && roles.length === 2 && roles.some((role) => BESIDE_TRANSIENT.has(role));
  if (roles.length > 1 && !isBeside)
    return `has the roles ${roles.join(' and ')}, but a call has only one of them`;
  const isBare = Object.keys(record).every((key) => SAYS_NOTHING.has(key));
  return isBare && !BUILT_IN.functions.has(name)
    ? 'says nothing: it needs a role, such as acquire or release'
    : undefined;
}

/** What the entry of a list of settings is about, as written there. */
export function nameOf(record: object): string | undefined {
  const named = Object.entries(record).find(
    ([key, value]) =>
      ['name', 'pattern', 'type', 'field', 'class', 'title', 'how'].includes(key) &&
      typeof value === 'string',
  );
  return named && String(named[1]);
}

/** Entries of `models` that reverse a built-in record: rarely meant, but another project may have a function of that name. */
export function reversals(models: readonly UserModel[]): SuppressionNote[] {
  return models.flatMap((model, index) =>
    isOfOlderKernel(model)
      ? []
      : userRecords([model]).flatMap((record) => {
          const before = 'name' in record ? BUILT_IN.locks.get(record.name) : undefined;
          const after = 'name' in record ? lockRow(record) : undefined;
          if (before === undefined || after === undefined || isRelease(before.op) === isRelease(after.op))
            return [];
          const [now, otherwise] = isRelease(after.op) ? ['releases', 'takes'] : ['takes', 'releases'];
          if (![before.op, after.op].every((op) => ['acquire', 'try', 'release'].includes(op))) return [];
          return [
            {
              file: undefined,
              line: 0,
              place: ['models', index],
              text: `models[${index}]: ${after.name}() ${now} a lock here, but ${otherwise} it in the built-in record that this one replaces`,
            },
          ];
        }),
  );
}

function isRelease(op: string): boolean {
  return op === 'release';
}
