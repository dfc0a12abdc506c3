import type { Fact } from './fact.js';
import { Facts, type FactEntry, type KnownFact } from './facts.js';
import type { Term } from '../locks/terms.js';

/** The facts at the end of a path, read-only. */
export interface KnownFacts {
  /** All facts about terms. */
  known(): Iterable<KnownFact>;
  /** The fact about a term's value. */
  of(term: Term): Fact;
}

/**
 * The facts of a path in a fifth of the memory of {@link Facts}. Thousands of replays are kept; most queries list all
 * facts, and few look up one value.
 */
export class KeptFacts implements KnownFacts {
  private readonly about: readonly KnownFact[];
  /** Results of repeated calls, by predicate. */
  private readonly answers: readonly (readonly [string, Fact])[];

  constructor(facts: Facts) {
    const about: KnownFact[] = [];
    const answers: (readonly [string, Fact])[] = [];
    for (const [key, entry] of facts.all()) {
      if (isAboutTerm(entry)) about.push(entry);
      else answers.push([key, entry.fact]);
    }
    this.about = about.length === 0 ? NOTHING : about.slice();
    this.answers = answers.length === 0 ? NOTHING : answers.slice();
  }

  known(): readonly KnownFact[] {
    return this.about;
  }

  of(term: Term): Fact {
    return Facts.from(this.about, this.answers).of(term);
  }
}

function isAboutTerm(entry: FactEntry): entry is KnownFact {
  return entry.term !== undefined;
}

const NOTHING: readonly never[] = [];
