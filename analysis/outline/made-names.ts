/*
 * Names of functions that the source does not write: `MACRO:subject`, for a function that a macro makes (`SYSCALL_DEFINE3:open`)
 * or that stands for the calls of a table (`show:table`). Whatever builds or reads such a name stands here.
 */

/** The name of the function that `maker` makes for its first argument or its table. */
export function madeName(maker: string, subject: string): string {
  return `${maker}:${subject}`;
}

/** What makes a function of this name, and for what; `undefined` for a function that the source writes. */
export function makerOf(name: string): { readonly maker: string; readonly subject: string } | undefined {
  const at = name.indexOf(':');
  return at < 0 ? undefined : { maker: name.slice(0, at), subject: name.slice(at + 1) };
}
