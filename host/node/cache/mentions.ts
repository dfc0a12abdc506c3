import { quoted, wholeWord } from '../../../analysis/base/words.js';
import type { ResizedRecord } from '../../../analysis/skeleton/declared-apart.js';
import type { Reader } from '../files/reader.js';
import type { Breath } from '../threads/breath.js';
import type { ChangedFile, ChangedView } from './changed-files.js';

/** Comments, and literals, in which no comment begins. */
const COMMENT_OR_LITERAL = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/g;

/** A name in two pieces: `##` may paste them together. */
interface Split {
  readonly head: string;
  readonly tail: string;
}

const NONE: readonly string[] = [];
const PASTE = Buffer.from('##');

/** What a text may contain that makes it depend on a declaration: words of names, and records of which members matter. */
class Sought {
  private readonly words: readonly Buffer[];
  private readonly word: RegExp | undefined;
  private readonly splits: readonly Split[];
  private readonly records: readonly { readonly tag: Buffer; readonly use: RegExp }[];

  constructor(names: readonly string[], resized: readonly ResizedRecord[]) {
    this.words = names.map((name) => Buffer.from(name));
    this.word =
      names.length > 0 ? new RegExp(`(?<!\\w)(?:${names.map(quoted).join('|')})(?!\\w)`) : undefined;
    this.splits = names.flatMap((name) =>
      Array.from({ length: name.length - 1 }, (_, at) => ({
        head: name.slice(0, at + 1),
        tail: name.slice(at + 1),
      })),
    );
    this.records = resized
      .filter(({ tag }) => /^\w+$/.test(tag))
      .map(({ tag, isShifted }) => {
        // Of several definitions of a record, the largest one comes first.
        const definition = `\\b(?:struct|union)\\s+${tag}\\s*\\{`;
        // An initialiser without the names of members counts them.
        const initialiser = `\\b(?:struct|union)\\s+${tag}\\s[^;{}()*]*=\\s*\\{\\s*[^.}\\s]`;
        return {
          tag: Buffer.from(tag),
          use: new RegExp(isShifted ? `${definition}|${initialiser}` : definition),
        };
      });
  }

  /** For each piece of a name next to a `##`, the piece that completes it. */
  completionsIn(bytes: Uint8Array): readonly string[] {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.splits.length === 0 || !buffer.includes(PASTE)) return NONE;
    const code = codeOf(buffer);
    const before = new Set([...code.matchAll(/(\w+)\s*##/g)].map(([, word = '']) => word));
    const behind = new Set([...code.matchAll(/##\s*(\w+)/g)].map(([, word = '']) => word));
    const found = this.splits.flatMap(({ head, tail }) => [
      ...(before.has(head) ? [tail] : []),
      ...(behind.has(tail) ? [head] : []),
    ]);
    return found.length === 0 ? NONE : found;
  }

  isIn(bytes: Uint8Array): boolean {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { word } = this;
    if (word !== undefined && this.words.some((one) => buffer.includes(one)) && word.test(codeOf(buffer)))
      return true;
    return this.records.some(({ tag, use }) => buffer.includes(tag) && use.test(buffer.toString('latin1')));
  }
}

/** Looks for mentions of what came or went with a change of files: parts of a scan share their headers. */
export class Mentions {
  private sought: { readonly key: string; readonly by: Sought } | undefined;
  /** By file, for what was sought last: whether it is there, else what completes a piece of a name. */
  private readonly known = new Map<string, 'mentioned' | readonly string[]>();

  constructor(
    private readonly reader: Reader,
    private readonly breath: Breath,
  ) {}

  /** Whether one of these files, some of which have changed, mentions what only one of two texts declares. */
  async areIn(
    files: readonly string[],
    changed: readonly ChangedFile[],
    views: readonly ChangedView[],
  ): Promise<boolean> {
    const names = views.flatMap(({ apart }) => [...apart.added, ...apart.others]);
    const resized = views.flatMap(({ apart }) => apart.resized);
    if (names.length === 0 && resized.length === 0) return false;
    const key = JSON.stringify([names, resized, changed.map(({ file }) => file)]);
    if (this.sought?.key !== key) {
      const by = new Sought(names, resized);
      this.sought = { key, by };
      this.known.clear();
      for (const one of changed)
        this.known.set(one.file, isInChanged(one, views) ? 'mentioned' : by.completionsIn(one.bytes));
    }
    const { by } = this.sought;
    if (files.some((file) => this.known.get(file) === 'mentioned')) return true;
    for await (const [file, raw] of this.reader.read(files.filter((file) => !this.known.has(file)))) {
      const isIn = 'skipped' in raw || by.isIn(raw.bytes);
      this.known.set(file, isIn ? 'mentioned' : by.completionsIn(raw.bytes));
      if (isIn) return true;
      await this.breath.take();
    }
    const completions = new Set<string>();
    for (const file of files) {
      const found = this.known.get(file);
      if (typeof found === 'object') for (const word of found) completions.add(word);
    }
    return completions.size > 0 && this.hasOneOf([...completions], files);
  }

  private async hasOneOf(words: readonly string[], files: readonly string[]): Promise<boolean> {
    const pieces = new Sought(words, []);
    for await (const [, raw] of this.reader.read(files)) {
      if ('skipped' in raw || pieces.isIn(raw.bytes)) return true;
      await this.breath.take();
    }
    return false;
  }
}

/** Whether a changed text mentions a name besides in the declaration that came with the change. */
function isInChanged({ file, bytes }: ChangedFile, views: readonly ChangedView[]): boolean {
  const code = codeOf(Buffer.from(bytes));
  const count = (name: string): number => code.match(wholeWord(name, 'g'))?.length ?? 0;
  return views.some(({ file: other, apart }) => {
    const most = other === file ? 1 : 0;
    if (apart.added.some((name) => count(name) > most) || apart.others.some((name) => count(name) > 0))
      return true;
    return other !== file && new Sought([], apart.resized).isIn(bytes);
  });
}

/** A text without its comments, one byte a character. */
function codeOf(buffer: Buffer): string {
  return buffer.toString('latin1').replace(COMMENT_OR_LITERAL, (_, literal?: string) => literal ?? ' ');
}
