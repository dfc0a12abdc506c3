/** How a source file is built: its module, and the option that enables it. */
export interface BuiltAs {
  readonly module: string;
  /** `CONFIG_FOO`, `''` if it is always built. */
  readonly option: string;
}

const ASSIGNMENT = /^([\w$().-]+)\s*(?:\+=|:=|\+?=)\s*(.*)$/;
const OBJECT = /^obj-(?:\$\((CONFIG_\w+)\)|[my])$/;
const PARTS = /^([\w-]+)-(?:objs|y|m|\$\((CONFIG_\w+)\))$/;

/** Finds an object file (`foo` of foo.c) in the text of its folder's Makefile or Kbuild. */
export function builtAs(object: string, makefile: string): BuiltAs | undefined {
  const modules = new Map<string, string>();
  const parts = new Map<string, { readonly module: string; readonly option: string }>();
  for (const line of makefile.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const match = ASSIGNMENT.exec(line.replace(/#.*/, '').trim());
    if (!match) continue;
    const [, target = '', value = ''] = match;
    const objects = value.split(/\s+/).flatMap((word) => /^([\w-]+)\.o$/.exec(word)?.[1] ?? []);
    const own = OBJECT.exec(target);
    if (own) for (const name of objects) modules.set(name, own[1] ?? '');
    const part = own ? null : PARTS.exec(target);
    if (part) for (const name of objects) parts.set(name, { module: part[1] ?? '', option: part[2] ?? '' });
  }
  const inside = parts.get(object);
  const module = inside?.module ?? object;
  const option = modules.get(module);
  if (option === undefined && !inside) return undefined;
  const needed = option === undefined || option === '' ? (inside?.option ?? '') : option;
  return { module: module.replaceAll('-', '_'), option: needed };
}
