import type { Term } from '../../summaries/locks/terms.js';

/** Whether two terms name different members of one object: another field path or another constant index. */
export function differ(a: Term, b: Term): boolean {
  const x = memberPath(a);
  const y = memberPath(b);
  if (x.length !== y.length) return false;
  return x.some((part, i) => {
    const other = y[i] ?? '';
    if (part === other) return false;
    return part.startsWith('.') ? other.startsWith('.') : part.startsWith('#') && other.startsWith('#');
  });
}

function memberPath(lock: Term): string[] {
  const out: string[] = [];
  let at = lock;
  while (at.k === 'field' || at.k === 'index') {
    out.push(at.k === 'field' ? `.${at.name}` : at.index.k === 'constant' ? `#${at.index.value}` : '?');
    at = at.base;
  }
  return out;
}
