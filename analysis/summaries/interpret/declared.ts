import { baseOf } from '../../base/ctype.js';
import { NO_LOCK_NAME, PROMISES, SHARED, type Promise } from '../../models/asserted.js';
import type { LockKind, LockMode } from '../../models/types.js';
import type { PrototypeItem } from '../../outline/types.js';
import type { Evaluator } from './evaluate.js';
import * as t from '../locks/terms.js';
import type { Term } from '../locks/terms.js';

/** A declared lock effect of a call, in terms of the caller. */
export interface Declared {
  readonly promise: Promise;
  readonly lock: Term;
  readonly kind: LockKind;
  readonly mode: LockMode;
  /** For `may-acquire`: the result that means the lock is held. */
  readonly success: 'zero' | 'nonzero';
}

const ROOT = /^[A-Za-z_]\w*/;
const STEP = /^(?:(->|\.)([A-Za-z_]\w*)|\[[^\]]*\])/;

/** The annotations of a prototype, applied to these arguments. Skips annotations that name no lock. */
export function declaredOf(
  prototype: PrototypeItem,
  args: readonly Term[],
  evaluator: Evaluator,
): readonly Declared[] {
  const out: Declared[] = [];
  for (const { name, argument } of prototype.annotations) {
    const promise = PROMISES.get(name);
    if (promise === undefined) continue;
    const { success, lock: text } = readArgument(promise, argument);
    const lock = lockNamed(text, prototype, args, evaluator);
    const kind = lock === undefined ? undefined : evaluator.lockKind(lock.type);
    if (lock !== undefined && kind !== undefined)
      out.push({ promise, lock, kind, mode: SHARED.has(name) ? 'read' : 'write', success });
  }
  return out;
}

/** Reads `__cond_acquires(true, &l->lock)` and the older form `__cond_acquires(&l->lock)`. */
export function readArgument(
  promise: Promise,
  argument: string,
): { readonly success: 'zero' | 'nonzero'; readonly lock: string } {
  const comma = promise === 'may-acquire' ? argument.indexOf(',') : -1;
  const value = argument.slice(0, Math.max(0, comma)).trim();
  const isZero = value === '0' || value === 'false' || value === 'NULL';
  return { success: isZero ? 'zero' : 'nonzero', lock: argument.slice(comma + 1) };
}

/** The object that an annotation's argument names: `&q->lock`, `q->lock`, `lock`. */
function lockNamed(
  argument: string,
  prototype: PrototypeItem,
  args: readonly Term[],
  evaluator: Evaluator,
): Term | undefined {
  let text = argument.replaceAll(/\s+/g, '');
  while (text.startsWith('(') && text.endsWith(')')) text = text.slice(1, -1);
  const isAddress = text.startsWith('&') || text.startsWith('*');
  if (isAddress) text = text.slice(1);
  const root = ROOT.exec(text)?.[0];
  if (root === undefined || NO_LOCK_NAME.test(root)) return undefined;
  text = text.slice(root.length);
  const at = prototype.parameters.findIndex(({ name }) => name === root);
  const given = args[at];
  let object =
    at < 0
      ? evaluator.globalNamed(root)
      : given && evaluator.typed(given, prototype.parameters[at]?.type ?? '');
  while (object !== undefined && text !== '') {
    const [step, arrow, field] = STEP.exec(text) ?? [];
    if (step === undefined) return undefined;
    text = text.slice(step.length);
    if (field === undefined) object = t.index(object, t.opaque('any', ''));
    else {
      const record: Term = arrow === '->' ? t.deref(object) : object;
      object = t.field(record, field, evaluator.fieldType(record.type, field));
    }
  }
  // A pointer to a lock means the lock.
  return object === undefined || baseOf(object.type) === object.type ? object : t.deref(object);
}
