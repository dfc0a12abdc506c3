import type { ExprId, Skeleton } from '../../skeleton/types.js';

/**
 * A lock as the source spells it at an operation: `dev->lock` for `mutex_lock(&dev->lock)`. Readers do not know a
 * pointer by its earlier assignment. `undefined` if the spelling contains more than names.
 */
export function spelling(skeleton: Skeleton, lock: ExprId): string | undefined {
  const show = (id: ExprId): string | undefined => {
    const expr = skeleton.exprs[id];
    switch (expr?.k) {
      case 'parameter':
        return skeleton.parameters[expr.index]?.name;
      case 'local':
        return skeleton.locals[expr.index]?.name;
      case 'global':
        return expr.name;
      case 'constant':
        return String(expr.value);
      case 'cast':
        return show(expr.base);
      case 'address':
      case 'deref': {
        const base = show(expr.base);
        return base && `${expr.k === 'address' ? '&' : '*'}${base}`;
      }
      case 'field': {
        const holder = skeleton.exprs[expr.base];
        const base = show(holder?.k === 'deref' ? holder.base : expr.base);
        return base && `${base}${holder?.k === 'deref' ? '->' : '.'}${expr.name}`;
      }
      case 'index': {
        const base = show(expr.base);
        const index = show(expr.index);
        return base && index && `${base}[${index}]`;
      }
      default:
        return undefined;
    }
  };
  return show(lock)?.replace(/^&/, '');
}
