/** What people read of the server in their own language: English text to translation. Findings stay English. */
export type Words = Readonly<Record<string, string>>;

/** A text in the client's language, `{0}` and so on filled in. */
export type Translate = (text: string, ...values: readonly (string | number)[]) => string;

export function translator(words: Words = {}): Translate {
  return (text, ...values) =>
    (words[text] ?? text).replace(/\{(\d+)\}/g, (mark, index: string) =>
      String(values[Number(index)] ?? mark),
    );
}
