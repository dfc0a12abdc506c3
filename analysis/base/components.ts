/**
 * Strongly connected components (Tarjan), as one number per node. Not recursive, since graphs may be deep.
 * @param next the successors of a node; called once per node
 */
export function components<T>(nodes: Iterable<T>, next: (node: T) => readonly T[]): ReadonlyMap<T, number> {
  const index = new Map<T, number>();
  const low = new Map<T, number>();
  const result = new Map<T, number>();
  const stack: T[] = [];
  const lower = (node: T, value = 0): void => void low.set(node, Math.min(low.get(node) ?? 0, value));
  for (const start of nodes) {
    if (index.has(start)) continue;
    const path: { readonly node: T; readonly to: readonly T[]; at: number }[] = [];
    const enter = (node: T): void => {
      low.set(node, index.size);
      index.set(node, index.size);
      stack.push(node);
      path.push({ node, to: next(node), at: 0 });
    };
    enter(start);
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const { node } = frame;
      const to = frame.to[frame.at];
      if (frame.at++ < frame.to.length && to !== undefined) {
        if (!index.has(to)) enter(to);
        else if (!result.has(to)) lower(node, index.get(to));
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) lower(parent.node, low.get(node));
      if (low.get(node) !== index.get(node)) continue;
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        result.set(member, index.get(node) ?? 0);
        if (member === node) break;
      }
    }
  }
  return result;
}
