/**
 * `setImmediate` for platforms without it: runs after waiting messages, without the delay that browsers add
 * to timers.
 */
export function installImmediate(global: object): void {
  if ('setImmediate' in global) return;
  const waiting: (() => void)[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', () => waiting.shift()?.());
  port1.start();
  const setImmediate = (callback: () => void): void => {
    waiting.push(callback);
    port2.postMessage(undefined);
  };
  Object.assign(global, { setImmediate });
}
