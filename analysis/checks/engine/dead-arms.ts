import { Arms } from '../../graph/feasibility/arms.js';
import type { Program } from '../../link/types.js';
import { isImpossible } from '../../outline/tokens/conditions.js';
import { literalsOf } from '../../outline/tokens/literals.js';
import type { Finding } from '../types.js';

/**
 * Lowers the confidence of what needs code that is not compiled in. Nobody compiles what stands under `#if 0`. What stands
 * under `#ifdef NAME` is compiled in where the build defines the name, although no source does.
 */
export class DeadArms {
  private readonly arms: Arms;

  constructor(private readonly program: Program) {
    this.arms = new Arms(program);
  }

  /** The finding, with lower confidence if a function on its path is in such code. */
  weighed(finding: Finding): Finding {
    if (finding.confidence === 'low') return finding;
    const named = finding.story.filter(({ function: name }) => name !== '');
    const dead = named.find(({ file, function: name }) => this.isIn(name, file, false));
    if (dead !== undefined) {
      const assumed = { reason: 'configured', text: `${dead.function}() is compiled in` };
      return { ...finding, confidence: 'low', assumes: [...finding.assumes, assumed] };
    }
    const isDoubtful =
      finding.confidence === 'high' && named.some(({ file, function: name }) => this.isIn(name, file, true));
    return isDoubtful ? { ...finding, confidence: 'medium' } : finding;
  }

  /** Whether all functions of a name are in code that cannot be compiled in or, with `ofNames`, needs an undefined name. */
  private isIn(name: string, file: string, ofNames: boolean): boolean {
    const outline = this.program.outline(file);
    const isNamed = (item: { readonly name: string }): boolean => item.name === name;
    const found = [...(outline?.functions ?? []).filter(isNamed), ...(outline?.macros ?? []).filter(isNamed)];
    const isPossible = (condition: string): boolean =>
      literalsOf(condition).every((literal) =>
        /^\w+$/u.test(literal) ? !ofNames || this.arms.isConfigured(literal, file) : !isImpossible(literal),
      );
    return found.length > 0 && !found.some(({ condition }) => isPossible(condition));
  }
}
