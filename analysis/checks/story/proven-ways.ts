import type { Dependency } from '../../graph/edges/dependency.js';
import type { Finding } from '../types.js';

/** By finding about a lock order: all feasible paths to each order in it. */
export const provenWays = new WeakMap<Finding, readonly (readonly Dependency[])[]>();
