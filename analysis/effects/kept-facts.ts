import type { Fact } from './fact.js';
import { Facts, type Entry, type KnownFact } from './facts.js';
import type { Term } from './terms.js';

/** What is known at the end of a path, which learns nothing more. */
export interface KnownFacts {
  /** Every term something is known of. */
  known(): Iterable<KnownFact>;
  /** What is known of a term's value. */
  of(term: Term): Fact;
}

/**
 * The facts of a path in a fifth of the memory that {@link Facts} take: replays are kept by the thousand, and mostly
 * asked for what they know, hardly ever what they know of one value.
 */
export class KeptFacts implements KnownFacts {
  private readonly about: readonly KnownFact[];
  /** What repeated calls would answer, by what they ask. */
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

function isAboutTerm(entry: Entry): entry is KnownFact {
  return entry.term !== undefined;
}

const NOTHING: readonly never[] = [];
