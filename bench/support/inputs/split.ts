export interface SourceText {
  readonly name: string;
  readonly text: string;
}

/** What stands at file scope: what all files need, a use of a macro that no code names, a function, or a variable. */
type Chunk =
  | { readonly k: 'header'; readonly text: string }
  | { readonly k: 'use'; readonly text: string }
  | { readonly k: 'function'; readonly text: string; readonly name: string; readonly head: string }
  | { readonly k: 'variable'; readonly text: string; readonly name: string; readonly extern: string };

/** Types of variables that macros define. */
const MADE: Readonly<Record<string, string>> = {
  DEFINE_MUTEX: 'struct mutex',
  DEFINE_SPINLOCK: 'spinlock_t',
  DEFINE_RAW_SPINLOCK: 'raw_spinlock_t',
  DEFINE_RWLOCK: 'rwlock_t',
  DECLARE_RWSEM: 'struct rw_semaphore',
  DEFINE_SEMAPHORE: 'struct semaphore',
  LIST_HEAD: 'struct list_head',
  HLIST_HEAD: 'struct hlist_head',
  DECLARE_WORK: 'struct work_struct',
  DECLARE_DELAYED_WORK: 'struct delayed_work',
  DECLARE_WAIT_QUEUE_HEAD: 'wait_queue_head_t',
  DECLARE_COMPLETION: 'struct completion',
  DEFINE_TIMER: 'struct timer_list',
  DEFINE_SRCU: 'struct srcu_struct',
  DEFINE_STATIC_SRCU: 'struct srcu_struct',
  DEFINE_IDR: 'struct idr',
  DEFINE_IDA: 'struct ida',
  DEFINE_XARRAY: 'struct xarray',
  BLOCKING_NOTIFIER_HEAD: 'struct blocking_notifier_head',
  ATOMIC_NOTIFIER_HEAD: 'struct atomic_notifier_head',
};
const ATTRIBUTE = /^(?:static\s+)?DEVICE_ATTR(?:_\w+)?\((\w+)/;
const STRINGS = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g;

/** A text of the same length without comments and strings. */
function blanked(text: string): string {
  return text.replace(STRINGS, (found) => found.replace(/[^\n]/g, ' '));
}

/** The pieces of a file at file scope, each with what follows it up to the next line. */
function pieces(text: string): readonly string[] {
  const plain = blanked(text);
  const found: string[] = [];
  let [depth, from] = [0, 0];
  const end = (at: number): void => {
    const line = plain.indexOf('\n', at);
    const to = line < 0 ? text.length : line + 1;
    found.push(text.slice(from, to));
    from = to;
  };
  for (let at = 0; at < plain.length; at++) {
    if (at < from) continue;
    const char = plain[at];
    if (char === '#' && plain.slice(from, at).trim() === '') {
      while (plain.slice(at, plain.indexOf('\n', at)).endsWith('\\')) at = plain.indexOf('\n', at) + 1;
      end(at);
    } else if (char === '{' || char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === '}') {
      depth--;
      if (
        depth === 0 &&
        /\)[\w\s(),&>*.-]*\{/.test(plain.slice(from, at)) &&
        !/=\s*\{/.test(plain.slice(from, at))
      )
        end(at);
    } else if (char === ';' && depth === 0) end(at);
  }
  if (text.slice(from).trim() !== '') found.push(text.slice(from));
  return found;
}

/** `undefined` for what cannot be divided. */
function chunkOf(text: string): Chunk | undefined {
  const plain = blanked(text).trim();
  if (plain === '' || plain.startsWith('#') || /^typedef\b/.test(plain)) return { k: 'header', text };
  if (/^(?:struct|union|enum)\s+\w*\s*(?:\{[\s\S]*\})?\s*;$/.test(plain)) return { k: 'header', text };
  const head = /^([\w\s*]*?\b(\w+)\s*\([^{};=]*)\{/.exec(plain);
  if (head !== null) {
    const [, signature = '', name = ''] = head;
    if (/\binline\b/.test(signature)) return { k: 'header', text };
    return /^[A-Z]/.test(name) ? undefined : { k: 'function', text, name, head: withoutStatic(signature) };
  }
  const [, macro = '', made = ''] = /^(?:static\s+)?([A-Z]\w*)\((\w+)/.exec(plain) ?? [];
  const type = MADE[macro];
  if (type !== undefined) return { k: 'variable', text, name: made, extern: `extern ${type} ${made};` };
  const [, attribute] = ATTRIBUTE.exec(plain) ?? [];
  if (attribute !== undefined)
    return {
      k: 'variable',
      text,
      name: `dev_attr_${attribute}`,
      extern: `extern struct device_attribute dev_attr_${attribute};`,
    };
  if (macro !== '' || /^\w+\([^{}]*\);?$/.test(plain))
    return /^(?:module_|MODULE_|EXPORT_|late_|device_|subsys_)/.test(plain) ? { k: 'use', text } : undefined;
  const variable =
    /^((?:static|const|struct|union|unsigned|\w+)[\w\s*]*?)\b(\w+)\s*((?:\[\w*\])*)\s*(?:=|;)/.exec(plain);
  if (variable !== null) {
    const [, before = '', name = '', dimensions = ''] = variable;
    return {
      k: 'variable',
      text,
      name,
      extern: `extern ${withoutStatic(before).trim()} ${name}${dimensions};`,
    };
  }
  return /^[\w\s*]+\([^{}]*\)[\w\s(),]*;$/.test(plain) ? { k: 'header', text } : undefined;
}

function withoutStatic(text: string): string {
  return text
    .replace(/^(\s*(?:\/\/[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*)static\s+/, '$1')
    .replace(/^DEFINE_STATIC_SRCU\b/m, 'DEFINE_SRCU');
}

/** Whether a function goes to the other file: by its name, and what the whole text says of it. */
type Moves = (name: string, isCalled: (name: string) => boolean) => boolean;

/** One file in two that share a header; the same text if it cannot be divided, or has arms of `#if`. */
function split(files: readonly SourceText[], moves: Moves, withTables: boolean): readonly SourceText[] {
  const [only, ...others] = files;
  if (only === undefined || others.length > 0 || !only.name.endsWith('.c') || /^#if/m.test(only.text))
    return files;
  const chunks = pieces(only.text).map(chunkOf);
  if (!chunks.every((chunk) => chunk !== undefined)) return files;
  const functions = chunks.filter((chunk) => chunk.k === 'function');
  const names = new Set(functions.map(({ name }) => name));
  const isCalled = (name: string): boolean =>
    functions.some((fn) => fn.name !== name && new RegExp(`\\b${name}\\(`).test(blanked(fn.text)));
  const isApart = (chunk: Chunk): boolean =>
    (chunk.k === 'function' && moves(chunk.name, isCalled)) ||
    (withTables &&
      (chunk.k === 'variable' || chunk.k === 'use') &&
      [...blanked(chunk.text).matchAll(/\w+/g)].some(([word]) => names.has(word) || word === 'DEVICE_ATTR'));
  const bodies = chunks.filter((chunk) => chunk.k !== 'header');
  const [main, apart] = [bodies.filter((chunk) => !isApart(chunk)), bodies.filter(isApart)];
  if (main.length === 0 || !apart.some(({ k }) => k === 'function')) return files;
  const isNamedIn = (name: string, others: readonly Chunk[]): boolean =>
    others.some(({ text }) => new RegExp(`\\b${name}\\b`).test(blanked(text)));
  const header = chunks.filter(({ k }) => k === 'header').map(({ text }) => text);
  /** What the other file names loses its `static`, and the header declares it. */
  const written = (own: readonly Chunk[], others: readonly Chunk[]): string =>
    own
      .map((chunk) => {
        if (chunk.k === 'header' || chunk.k === 'use' || !isNamedIn(chunk.name, others)) return chunk.text;
        header.push(`${chunk.k === 'function' ? `${chunk.head.trim()};` : chunk.extern}\n`);
        return withoutStatic(chunk.text);
      })
      .join('');
  const [mainText, apartText] = [written(main, apart), written(apart, main)];
  const include = '#include "own_parts.h"\n';
  return [
    { name: 'own_parts.h', text: header.join('') },
    { name: only.name, text: include + mainText },
    { name: 'own_apart.c', text: include + apartText },
  ];
}

/** Functions that others call stand in a file of their own. */
export function calleesApart(files: readonly SourceText[]): readonly SourceText[] {
  return split(files, (name, isCalled) => isCalled(name), false);
}

/** Functions that only tables and registrations name stand in a file of their own, with the tables that name functions. */
export function handlersApart(files: readonly SourceText[]): readonly SourceText[] {
  return split(
    files,
    (name, isCalled) =>
      !isCalled(name) &&
      new RegExp(`[^\\w.>]${name}\\s*[,;)}]`).test(files.map(({ text }) => blanked(text)).join('\n')),
    true,
  );
}
