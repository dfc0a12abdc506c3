import { LONGEST_LINE } from './lines.js';

/** Record members in which loggers put the message. */
const MESSAGE = [
  'MESSAGE',
  'msg',
  'message',
  'log',
  'text',
  '@message',
  'textPayload',
  '_msg',
  'line',
] as const;
const PRETTY = /^\s*"(?:MESSAGE|msg|message|log|text)"\s*:\s*(".*"|\[[\d,\s]*\])\s*,?\s*$/;
const PRETTY_OTHER =
  /^\s*(?:"[\w@.-]+"\s*:\s*(?:".*"|-?[\d.eE+]+|true|false|null|[[{]|\[\])\s*,?|[[\]{}]+,?|\},\s*\{)\s*$/;
const EXPORT = /^(?:\s+)?MESSAGE=(.*)$/;
const EXPORT_OTHER = /^_{0,2}[A-Z][A-Z0-9_]*=/;

const ENTITY = /&(lt|gt|amp|quot|nbsp|#39|#x27|#34);/g;
const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  nbsp: ' ',
  '#39': "'",
  '#x27': "'",
  '#34': '"',
};

/** A record of /dev/kmsg or of the extended network console, which escape bytes that are not text. */
const KMSG = /^(\d+,\d+,\d+,[-c+][^;]{0,120};)(.*)$/;
const ESCAPED = /\\x([0-9a-f]{2})/g;

/** The character of two hexadecimal digits. */
function octet(_: string, digits: string): string {
  return String.fromCharCode(Number.parseInt(digits, 16));
}

const SOFT_BREAK = /^.{70,76}[^=]=$/;

/** The encoding of a mail's text, and the beginning of the next part. */
const ENCODING = /^Content-Transfer-Encoding:\s*(\S+)/i;
const BOUNDARY = /^(?:From \S+|--[\w=.'+-]{8,})/;

/**
 * Extracts messages from logger records: `journalctl -o json`, `json-pretty`, `export` and `verbose`, `dmesg --json`,
 * container logs, comma-separated tables. Other lines pass unchanged.
 */
export class Decoder {
  private pretty = 0;
  private exported = 0;
  private column: { readonly index: number; readonly count: number } | undefined;
  private decoded = 0;
  /** Whether the text is quoted-printable: `=` at the end of a line continues it, and `=` begins octets. */
  private isQuoted = false;
  private begun = '';

  /** Whether log records were found. */
  get isLog(): boolean {
    return this.decoded > 1;
  }

  /** Messages in a line: the line itself if it is no record, none if it is a record's line without a message. */
  messages(line: string): readonly string[] {
    if (line.charCodeAt(0) === 67) {
      const encoding = ENCODING.exec(line)?.[1];
      if (encoding !== undefined) this.isQuoted = encoding.toLowerCase() === 'quoted-printable';
    }
    if (!this.isQuoted) return this.unannounced(line);
    if (BOUNDARY.test(line)) this.isQuoted = false;
    if (line.endsWith('=') && this.begun.length < LONGEST_LINE) {
      this.begun += line.slice(0, -1);
      return [];
    }
    const whole = this.begun + line;
    this.begun = '';
    return this.records(whole.replace(/=([0-9A-F]{2})/g, octet));
  }

  /** Quoted-printable text pasted without the mail's header: lines of full width that end in `=`. */
  private unannounced(line: string): readonly string[] {
    const isOpen = this.begun !== '';
    if (SOFT_BREAK.test(line) && this.begun.length < LONGEST_LINE) {
      this.begun += line.slice(0, -1);
      return [];
    }
    if (!isOpen) return this.records(line);
    const whole = this.begun + line;
    this.begun = '';
    // Without the header, `=12` may be a number.
    return this.records(whole.replace(/=3D/g, '=').replace(/=(?:20|09)$/, ''));
  }

  private records(given: string): readonly string[] {
    // Saved pages of mail archives.
    const line = given.includes('&')
      ? given.replace(ENTITY, (_, name: string) => ENTITIES[name] ?? '')
      : given;
    // Syslog daemons print line ends and tabs inside a message as octal numbers.
    if (line.includes('#01')) {
      const decoded = line.replaceAll('#011', '\t').split('#012');
      if (decoded.length > 1 || decoded[0] !== line) return decoded;
    }
    if (line.includes('\\x')) {
      const kmsg = KMSG.exec(line);
      if (kmsg) {
        const text = (kmsg[2] ?? '').replace(ESCAPED, octet);
        return text.split('\n').map((part) => `${kmsg[1] ?? ''}${part}`);
      }
    }
    const first = line.charCodeAt(0);
    if (first === 123 && line.endsWith('}')) return this.fromObject(line) ?? [line];
    if (first === 32 || first === 9 || first === 91 || first === 123 || first === 125 || first === 93) {
      const pretty = this.fromPretty(line);
      if (pretty) return pretty;
    }
    if ((first === 77 || first === 32 || first === 95 || this.exported > 0) && line.includes('=')) {
      const match = EXPORT.exec(line);
      if (match) {
        this.exported += 1;
        this.decoded += 1;
        return [match[1] ?? ''];
      }
      if (this.exported > 0 && EXPORT_OTHER.test(line.trim())) return [];
    }
    const mayHaveColumns = first === 34 || (first >= 48 && first <= 57);
    if (mayHaveColumns && line.includes(',')) return this.fromColumns(line) ?? [line];
    return [line];
  }

  private fromObject(line: string): readonly string[] | undefined {
    let record: unknown;
    try {
      record = JSON.parse(line);
    } catch {
      return undefined;
    }
    const text = messageOf(record);
    if (text === undefined) return undefined;
    this.decoded += 1;
    return split(text);
  }

  private fromPretty(line: string): readonly string[] | undefined {
    const match = PRETTY.exec(line);
    if (match) {
      try {
        const text = textOf(JSON.parse(match[1] ?? '""'));
        if (text === undefined) return undefined;
        this.pretty += 1;
        this.decoded += 1;
        return split(text);
      } catch {
        return undefined;
      }
    }
    return (this.pretty > 0 || line.trim() === '{') && PRETTY_OTHER.test(line) ? [] : undefined;
  }

  /** The column that contained a headline holds the messages of all later lines. */
  private fromColumns(line: string): readonly string[] | undefined {
    if (!this.column) {
      if (!/,"?(?:<\d+>)?(?:\[\s*\d+\.\d+\]|.{0,40}(?:WARNING: |BUG: |INFO: task|INFO: rcu))/.test(line))
        return undefined;
      const cells = cellsOf(line);
      const index = cells.findIndex((cell) =>
        /^(?:<\d+>)?(?:\[\s*\d+\.\d+\]|(?:[\w.-]+: ){0,3}(?:\[ )?(?:WARNING|BUG|INFO): )/.test(cell),
      );
      // Records of /dev/kmsg contain commas as well.
      if (index < 1 || cells.length < 3 || /^\d+,\d+,\d+,/.test(line)) return undefined;
      this.column = { index, count: cells.length };
    }
    const { index, count } = this.column;
    const cells = cellsOf(line);
    if (cells.length < count) return undefined;
    // An unquoted message in the last column may itself contain commas.
    const text = index === count - 1 ? cells.slice(index).join(',') : (cells[index] ?? '');
    this.decoded += 1;
    return split(text);
  }
}

function messageOf(record: unknown): string | undefined {
  if (typeof record !== 'object' || record === null) return undefined;
  const members = new Map<string, unknown>(Object.entries(record));
  for (const name of MESSAGE) {
    const text = textOf(members.get(name));
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Journals encode text that is not UTF-8 as a list of bytes. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value) || !value.every((byte) => typeof byte === 'number')) return undefined;
  return String.fromCharCode(...value.slice(0, 8192).map(Number));
}

const split = (text: string): readonly string[] => text.replace(/\r?\n$/, '').split(/\r?\n/);

function cellsOf(line: string): string[] {
  const cells: string[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/gy;
  while (pattern.lastIndex < line.length && cells.length < 64) {
    const match = pattern.exec(line);
    if (!match) break;
    cells.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'));
    if (match[0] === '') break;
  }
  return cells;
}
