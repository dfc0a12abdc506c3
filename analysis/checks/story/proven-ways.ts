import type { Dependency } from '../../graph/dependency.js';
import type { Finding } from '../types.js';

/** By finding about an order of locks: all proven ways to each order that it tells of. */
export const provenWays = new WeakMap<Finding, readonly (readonly Dependency[])[]>();
