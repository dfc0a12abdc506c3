import type { Confidence, Finding, Severity } from '../checks/types.js';
import { CONFIDENCES, SEVERITIES } from './rules.js';

/** The order of every output: by place, then rule, then id. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareNatural(a.at.file, b.at.file) ||
    a.at.line - b.at.line ||
    a.at.column - b.at.column ||
    compareText(a.rule, b.rule) ||
    compareText(a.id, b.id)
  );
}

/** Compares numbers in names by value, `raid5` before `raid10`; the rest by code unit. */
export function compareNatural(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.match(/\d+|\D+/g) ?? []);
  for (let at = 0; at < Math.min(left?.length ?? 0, right?.length ?? 0); at += 1) {
    const one = left?.[at] ?? '';
    const other = right?.[at] ?? '';
    if (one === other) continue;
    const isNumber = /^\d/.test(one) && /^\d/.test(other);
    const difference = isNumber ? Number(one) - Number(other) : 0;
    return difference === 0 ? compareText(one, other) : Math.sign(difference);
  }
  return compareText(a, b);
}

/** By code unit, independent of the locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function atLeast(confidence: Confidence, minimum: Confidence): boolean {
  return CONFIDENCES.indexOf(confidence) <= CONFIDENCES.indexOf(minimum);
}

export function isSeverity(word: string): word is Severity {
  return (SEVERITIES as readonly string[]).includes(word);
}
