/** A node on the stack of the search, with the number of callees already followed. */
interface OpenNode<N> {
  readonly node: N;
  readonly callees: readonly N[];
  next: number;
}

/**
 * Strongly connected components reachable from some nodes, callees before callers. Tarjan's algorithm (SIAM J. Comput.
 * 1, 1972) without recursion, because call chains of a kernel are deeper than the stack.
 */
export function* components<N>(
  roots: Iterable<N>,
  calleesOf: (node: N) => readonly N[],
): Generator<readonly N[], void> {
  const order = new Map<N, number>();
  const low = new Map<N, number>();
  const open: N[] = [];
  const isOpen = new Set<N>();
  const frames: OpenNode<N>[] = [];
  const enter = (node: N): void => {
    order.set(node, order.size);
    low.set(node, order.size - 1);
    open.push(node);
    isOpen.add(node);
    frames.push({ node, callees: calleesOf(node), next: 0 });
  };
  const lower = (node: N, to: number): void => void low.set(node, Math.min(low.get(node) ?? to, to));
  for (const root of roots) {
    if (order.has(root)) continue;
    enter(root);
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const callee = frame.callees[frame.next++];
      if (callee !== undefined) {
        if (!order.has(callee)) enter(callee);
        else if (isOpen.has(callee)) lower(frame.node, order.get(callee) ?? 0);
        continue;
      }
      frames.pop();
      const { node } = frame;
      const caller = frames.at(-1);
      if (caller !== undefined) lower(caller.node, low.get(node) ?? 0);
      if (low.get(node) !== order.get(node)) continue;
      const members = open.splice(open.lastIndexOf(node));
      for (const member of members) isOpen.delete(member);
      yield members;
    }
  }
}
