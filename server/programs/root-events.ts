import type { Level } from './stage.js';

/** Events of a root for its owner. */
export interface RootEvents<Root> {
  /** There is a new result, and no edit is pending. */
  published(root: Root): void;
  progressed(root: Root): void;
  /** A larger program was built, in this many milliseconds. */
  grown(root: Root, level: Level, ms: number): void;
  failed(root: Root, reason: unknown): void;
  /** Only a part of the folder is linked, although its settings ask for all of it. */
  limited(root: Root, reason: Error): void;
}
