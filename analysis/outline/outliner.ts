import type { Gap, GapKind } from '../base/gap.js';
import { bitsMade } from './declarations/known-constants.js';
import type { KnownConstants } from './declarations/known-constants.js';
import type { Scan } from './tokens/scan.js';
import type {
  ConstantItem,
  FunctionItem,
  GuardItem,
  IncludeItem,
  LockInitItem,
  LockPointerItem,
  MacroItem,
  MacroUseItem,
  OrderItem,
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
  readonly lockInits: LockInitItem[] = [];
  readonly guards: GuardItem[] = [];
  readonly orders: OrderItem[] = [];
  readonly lockPointers: LockPointerItem[] = [];
  readonly gaps: Gap[] = [];
  readonly known: KnownConstants = {
    get: (name) => this.valueOf(name),
    made: (name, args) => bitsMade(this.scan.models.bits(name), args),
  };
  /** Bodies as pairs of tokens: `{` and the token after the last; ascending, disjoint. */
  readonly bodies: number[] = [];
  /** Token after the last type found in a body. */
  localTypesEnd = 0;
  lockSites = 0;
  private readonly values = new Map<string, number>();
  /** Number of constants already in `values`; most files never look one up. */
  private valued = 0;

  constructor(
    readonly scan: Scan,
    readonly text: string,
  ) {}

  addConstant(name: string, value: number): void {
    this.constants.push({ name, value });
  }

  private valueOf(name: string): number | undefined {
    for (; this.valued < this.constants.length; this.valued++) {
      const constant = this.constants[this.valued]!;
      this.values.set(constant.name, constant.value);
    }
    return this.values.get(name);
  }

  gap(kind: GapKind, token: number, detail: string): void {
    this.gaps.push({ kind, at: this.scan.tokenSpan(token), detail });
  }
}
