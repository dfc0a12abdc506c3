import type { Level } from './stage.js';

/** What the owner of a root is told about. */
export interface RootEvents<Root> {
  /** There is a new result, and no edit is waiting. */
  published(root: Root): void;
  progressed(root: Root): void;
  /** A bigger program was made, in so many milliseconds. */
  grown(root: Root, level: Level, ms: number): void;
  failed(root: Root, reason: unknown): void;
  /** Not all of the folder is linked, although its settings ask for that. */
  limited(root: Root, reason: Error): void;
}
