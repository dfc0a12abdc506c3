import { functionsOf, planted, type FunctionText, type Planted } from './functions.js';

/** `{ take; [x =] callee(arguments); release; [return x;] }`, with declarations in front. */
const WRAPPER =
  /^\{\n((?:\t[\w\s*,]+;\n)*)\n*\t((?:spin|mutex|read|write)_lock\w*\([^;]*\);)\n\t(?:(\w+) = )?(\w+)\(([^;]*)\);\n\t((?:spin|mutex|read|write)_unlock\w*\([^;]*\);)\n+(?:\treturn (\w+);\n)?\}$/;

/**
 * The functions of a file that take a lock around another one which others call with the lock held: both become one, which
 * all of them call.
 */
export function mergedVariants(text: string): Planted[] {
  const functions = functionsOf(text);
  return functions.flatMap((wrapper) => {
    const { head, body } = partsOf(wrapper.whole);
    const [, declared = '', take = '', result, name = '', given, release = '', returned] =
      WRAPPER.exec(body) ?? [];
    const inner = functions.find((fn) => fn.name === name);
    if (inner === undefined || result !== returned || !head.startsWith('static ')) return [];
    const own = partsOf(inner.whole);
    const parameters = listOf(head);
    const names = parameters.split(',').map((one) => /\w+\s*$/.exec(one)?.[0].trim() ?? '');
    if (listOf(own.head) !== parameters || given?.replaceAll(/\s/g, '') !== names.join(',')) return [];
    const merged = withLock(own.body, { declared, take, release, result });
    if (merged === undefined || !inner.whole.startsWith('static ')) return [];
    const whole = changed(text, wrapper, inner, `${head}${merged}`);
    const calls = whole.match(new RegExp(`\\b${wrapper.name}\\(`, 'g'))?.length ?? 0;
    const before = text.match(new RegExp(`\\b${wrapper.name}\\(`, 'g'))?.length ?? 0;
    return calls > before ? [planted({ name: wrapper.name, whole: text, index: 0 }, whole)] : [];
  });
}

/** `{ [declarations] take; [x =] callee(arguments); release; [return x or a constant;] }` */
const SECTION_OF_ONE_CALL =
  /^\{\n(?:\t\w[^\n;]*;\n)*\n?\t\w*(?:lock|down)\w*\([^;]*\);\n\t(?:\w+ = )?(\w+)\(([^;()]*)\);\n\t\w*(?:unlock|up)\w*\([^;]*\);\n(?:\n?\treturn \w+;\n)?\}$/;

/**
 * The functions of a file that call another one behind an acquisition, calling the function of the file that takes a lock
 * around nothing but that: each such function once.
 */
export function lockedCallers(text: string): Planted[] {
  const functions = functionsOf(text);
  const changes = new Map<number, Planted>();
  for (const taker of functions) {
    const { head, body } = partsOf(taker.whole);
    const [, name = '', given = ''] = SECTION_OF_ONE_CALL.exec(body) ?? [];
    const names = listOf(head)
      .split(',')
      .map((one) => /(\w+)\s*$/.exec(one)?.[1] ?? '');
    if (name === '' || given.replaceAll(/\s/g, '') !== names.join(',')) continue;
    for (const caller of functions) {
      const own = partsOf(caller.whole);
      const at = caller === taker || caller.name === name ? -1 : own.body.search(new RegExp(`\\b${name}\\(`));
      if (at < 0 || changes.has(caller.index) || !own.body.slice(0, at).includes('lock')) continue;
      const calls = `${own.body.slice(0, at)}${taker.name}${own.body.slice(at + name.length)}`;
      changes.set(caller.index, planted(caller, `${own.head}${calls}`));
      break;
    }
  }
  return [...changes.values()];
}

function partsOf(whole: string): { readonly head: string; readonly body: string } {
  const at = whole.indexOf('\n{') + 1;
  return { head: whole.slice(0, at), body: whole.slice(at) };
}

/** The parameters of a function's head, without blank space. */
function listOf(head: string): string {
  return head.slice(head.indexOf('('), head.lastIndexOf(')')).replaceAll(/\s+/g, ' ').replace(/^\(/, '');
}

interface Lock {
  readonly declared: string;
  readonly take: string;
  readonly release: string;
  readonly result: string | undefined;
}

/** A body that takes the lock behind its declarations and releases it at its only end. */
function withLock(body: string, { declared, take, release, result }: Lock): string | undefined {
  const [, own = '', rest = ''] =
    /^\{\n((?:\t(?:[\w*]+ )+[^;()]*(?:= [^;]*)?;\n)*)\n*([^]*)\}$/.exec(body) ?? [];
  const [, work = '', returned] = /^([^]*?)(?:\n?\treturn (\w+);\n)?$/.exec(rest) ?? [];
  if (/\breturn\b/.test(work) || (returned === undefined) !== (result === undefined)) return undefined;
  const flags = declared
    .split('\n')
    .filter((line) => line !== '' && !new RegExp(`\\b${result ?? ' '}\\b`).test(line));
  const asserted = work.replaceAll(/^\t(?:lockdep_assert_held|assert_spin_locked)\([^;]*\);\n\n*/gm, '');
  const lines = flags.map((line) => `${line}\n`).join('');
  const end = returned === undefined ? '' : `\n\treturn ${returned};\n`;
  return `{\n${own}${lines}\n\t${take}\n${asserted.trimEnd()}\n\t${release}\n${end}}`;
}

/** The file with the merged function, without the inner one, whose callers call the merged one. */
function changed(text: string, wrapper: FunctionText, inner: FunctionText, merged: string): string {
  const edits = [
    { start: wrapper.index, end: wrapper.index + wrapper.whole.length, text: merged },
    { start: inner.index, end: inner.index + inner.whole.length + 1, text: '' },
  ].sort((a, b) => b.start - a.start);
  let whole = text;
  for (const edit of edits) whole = whole.slice(0, edit.start) + edit.text + whole.slice(edit.end);
  return whole
    .replaceAll(new RegExp(`^static [^;{}]*\\b${inner.name}\\([^;{}]*\\);\\n`, 'gm'), '')
    .replaceAll(new RegExp(`\\b${inner.name}\\b`, 'g'), wrapper.name);
}

/** A section of one plain statement, which calls a function: the parts of its three lines. */
const SECTION =
  /^([ \t]*)(mutex_lock|(?:raw_)?spin_lock(?:_bh|_irq|_irqsave)?|(?:read|write)_lock(?:_bh|_irq|_irqsave)?|down_(?:read|write))\((&?[\w>.-]+(?:, \w+)?)\);\n(\1(?:[\w>.-]+ = )?(\w+)\([^;\n]*\);\n)\1(\w+)\(\3\);\n/gm;
const ASSERTION = /\blockdep_assert_held(?:_read|_write)?\(/;

/** Functions that call one which asserts a lock, without the section around that call. */
export function callsWithoutLock(text: string): Planted[] {
  const asserting = new Set(
    functionsOf(text).flatMap(({ name, whole }) => (ASSERTION.test(whole) ? [name] : [])),
  );
  return functionsOf(text).flatMap(({ name, whole, index }) =>
    [...whole.matchAll(SECTION)].flatMap((section) => {
      const [all, , take = '', , call = '', callee = '', give = ''] = section;
      const given = take.replace(/lock|down/, (word) => (word === 'lock' ? 'unlock' : 'up'));
      const isPair = give === given.replace('irqsave', 'irqrestore');
      if (!isPair || !asserting.has(callee) || callee === name) return [];
      const start = index + section.index;
      return [{ name, start, end: start + all.length, text: call }];
    }),
  );
}
