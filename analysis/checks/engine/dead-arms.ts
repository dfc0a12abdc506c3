import { Arms } from '../../graph/feasibility/arms.js';
import type { Program } from '../../link/types.js';
import { isImpossible } from '../../outline/tokens/conditions.js';
import type { Finding } from '../types.js';

/** Finds code that is never compiled in: `#if 0`, or `#ifdef NAME` where nothing defines the name. */
export class DeadArms {
  private readonly arms: Arms;

  constructor(private readonly program: Program) {
    this.arms = new Arms(program);
  }

  /** Whether a function on the path is in such code. */
  concern({ story }: Finding): boolean {
    return story.some(({ file, function: name }) => name !== '' && this.isDead(name, file));
  }

  private isDead(name: string, file: string): boolean {
    const outline = this.program.outline(file);
    const isNamed = (item: { readonly name: string }): boolean => item.name === name;
    const found = [...(outline?.functions ?? []).filter(isNamed), ...(outline?.macros ?? []).filter(isNamed)];
    const isPossible = (condition: string): boolean =>
      condition
        .split(' && ')
        .every((literal) =>
          /^\w+$/u.test(literal) ? this.arms.isConfigured(literal, file) : !isImpossible(literal),
        );
    return found.length > 0 && !found.some(({ condition }) => isPossible(condition));
  }
}
