import type { Term } from '../locks/terms.js';
import { ZERO } from './fact.js';
import type { Facts } from './facts.js';

/** A pointer with a shorter name that the path has found equal to this one: `if (table->slot[n] != p) return;`. */
function equalPointer(pointer: Term, facts: Facts): Term | undefined {
  for (const [key, { term, fact }] of facts.all()) {
    if (term?.k !== 'operation' || (term.op !== '==' && term.op !== '!=')) continue;
    if (!key.includes(pointer.key)) continue;
    if (term.op === '==' ? (fact.signs & ZERO) !== 0 : fact.signs !== ZERO) continue;
    const [left, right] = term.operands;
    const other = left?.key === pointer.key ? right : right?.key === pointer.key ? left : undefined;
    if (other?.type.endsWith('*') === true && other.key.length < pointer.key.length) return other;
  }
  return undefined;
}

/** The known pointer that the path has found equal to this pointer, if it was read from an object; else the pointer. */
export function sameAs(value: Term, facts: Facts): Term {
  const isRead = (value.k === 'field' || value.k === 'index') && value.type.endsWith('*');
  return (isRead ? equalPointer(value, facts) : undefined) ?? value;
}
