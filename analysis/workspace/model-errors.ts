import { BUILT_IN, isNoReturn, subjectOf } from '../models/records/built-in.js';
import type { FunctionRecord, UserModel } from '../models/records/record.js';
import { ROLES, SAYS_NOTHING } from '../models/records/rows.js';
import { userRecords } from '../models/records/user.js';
import type { PlacedError } from './config-words.js';

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
      else if (earlier.text !== text && !isNoReturn(record))
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
