import type { Span } from '../../analysis/base/span.js';
import type { Finding } from '../../analysis/checks/types.js';
import { difference, TextMap } from '../documents/text-map.js';

/** Analysed texts of the open documents, by file. */
export type Texts = ReadonlyMap<string, string>;

export function textsOf(open: ReadonlyMap<string, { readonly analysed: string }>): Texts {
  return new Map([...open].map(([name, { analysed }]) => [name, analysed]));
}

/** Two results for the same texts: the small program's, and the large one's or its current substitute. */
interface Settled {
  readonly small: ReadonlySet<string>;
  /** Findings of the small program that the large one last rejected. */
  readonly doubted: ReadonlySet<string>;
  readonly big: readonly Finding[];
  readonly texts: Texts;
}

/**
 * Findings to show after an edit before the large program has analysed it. The small program is right about the effect
 * of an edit but knows less. So only its new findings are added to the last result of the large one, and findings in
 * both keep the large one's form.
 */
export class EarlyFindings {
  private settled: Settled | undefined;

  /** Both programs have analysed these texts. */
  settle(small: readonly Finding[], big: readonly Finding[], texts: Texts): void {
    const believed = new Set(big.map(({ id }) => id));
    const found = small.map(({ id }) => id);
    const doubted = new Set(found.filter((id) => !believed.has(id)));
    this.settled = { small: new Set(found), doubted, big, texts: new Map(texts) };
  }

  /** There is no large result to compare later edits with. */
  forget(): void {
    this.settled = undefined;
  }

  /**
   * The findings after an edit, given those of the small program; `undefined` if nothing is known yet. The next edit is
   * compared with these findings: otherwise two edits would have accumulated, and places can be mapped across one only.
   */
  after(small: readonly Finding[], texts: Texts): readonly Finding[] | undefined {
    if (!this.settled) return undefined;
    const { small: before, doubted, big, texts: old } = this.settled;
    const now = new Set(small.map(({ id }) => id));
    const moves = new Map<string, TextMap>();
    for (const [file, text] of texts) {
      const from = old.get(file) ?? text;
      const change = difference(from, text);
      if (change) moves.set(file, new TextMap(from, text, [change]));
    }
    const kept = big
      .filter(({ id }) => !before.has(id) || now.has(id))
      .map((finding) => moved(finding, moves));
    const isNews = ({ id }: Finding): boolean => !before.has(id) && !doubted.has(id);
    const all = [...kept, ...small.filter(isNews)];
    this.settled = { small: now, doubted, big: all, texts: new Map(texts) };
    return all;
  }
}

/** A finding at its positions after an edit. Its fixes were made for the text before. */
function moved(finding: Finding, moves: ReadonlyMap<string, TextMap>): Finding {
  const move = <T extends Span & { readonly file: string }>(place: T): T => {
    const map = moves.get(place.file);
    return map ? { ...place, ...map.toCurrent(place) } : place;
  };
  return { ...finding, at: move(finding.at), story: finding.story.map(move), fixes: [] };
}
