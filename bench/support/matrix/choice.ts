import type { Family } from './families.js';
import type { Entry, Origin, Path, Via } from './origins.js';
import type { Shape } from './shapes/shape.js';

/** One module: a value on each axis. */
export interface Choice {
  readonly shape: Shape;
  readonly family: Family;
  readonly origin: Origin;
  readonly path: Path;
  readonly entry: Entry;
  readonly via: Via;
  readonly condition: Named;
  readonly callee: Named;
  readonly result: Result;
  /** The code below the calls: how to sleep, which inner section. */
  readonly deed: Named;
  readonly depth: number;
  readonly chain: Chain;
}

export interface Named {
  readonly name: string;
  readonly text: string;
}

export type Result = 'int' | 'void' | 'pointer' | 'bool' | 'irq';
export const RESULTS: readonly Result[] = ['int', 'int', 'void', 'pointer', 'bool'];

/** How a chain of callees continues. */
export type Chain = 'plain' | 'on a condition' | 'through a pointer' | 'found again' | 'with a result';
export const CHAINS: readonly Chain[] = [
  'plain',
  'plain',
  'on a condition',
  'through a pointer',
  'found again',
  'with a result',
];
