/** Translations of the server's texts, by the English text. Findings stay English. */
export type Words = Readonly<Record<string, string>>;

/** A text in the client's language, with `{0}` and so on replaced. */
export type Translate = (text: string, ...values: readonly (string | number)[]) => string;

export function translator(words: Words = {}): Translate {
  return (text, ...values) =>
    (words[text] ?? text).replace(/\{(\d+)\}/g, (mark, index: string) =>
      String(values[Number(index)] ?? mark),
    );
}
