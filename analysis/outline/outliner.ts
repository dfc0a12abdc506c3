import type { Gap, GapKind } from '../base/gap.js';
import type { Scan } from './scan.js';
import type {
  ConstantItem,
  FunctionItem,
  IncludeItem,
  MacroItem,
  MacroUseItem,
  PrototypeItem,
  RecordItem,
  TypedefItem,
  VariableItem,
} from './types.js';

/** The items found so far in one text. */
export class Outliner {
  readonly includes: IncludeItem[] = [];
  readonly functions: FunctionItem[] = [];
  readonly prototypes: PrototypeItem[] = [];
  readonly macros: MacroItem[] = [];
  readonly records: RecordItem[] = [];
  readonly typedefs: TypedefItem[] = [];
  readonly variables: VariableItem[] = [];
  readonly constants: ConstantItem[] = [];
  readonly macroUses: MacroUseItem[] = [];
  readonly gaps: Gap[] = [];
  readonly constantValues = new Map<string, number>();
  /** Bodies as pairs of tokens: `{` and the one behind the last; ascending, without overlap. */
  readonly bodies: number[] = [];
  /** Token behind the last type found in a body. */
  localTypesEnd = 0;
  lockSites = 0;

  constructor(
    readonly scan: Scan,
    readonly text: string,
  ) {}

  addConstant(name: string, value: number): void {
    this.constantValues.set(name, value);
    this.constants.push({ name, value });
  }

  gap(kind: GapKind, token: number, detail: string): void {
    this.gaps.push({ kind, at: this.scan.tokenSpan(token), detail });
  }
}
