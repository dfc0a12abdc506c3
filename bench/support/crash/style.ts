/** A generator of choices: the same seed gives the same log. */
export class Choice {
  private state: number;

  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  }

  below(limit: number): number {
    let x = this.state;
    x ^= x << 13;
    x >>>= 0;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return this.state % limit;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  of<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error('nothing to choose from');
    return value;
  }

  hex(digits: number): string {
    return Array.from({ length: digits }, () => this.below(16).toString(16)).join('');
  }
}

/** How one kernel prints. Years of changes in kernel/locking/lockdep.c, lib/vsprintf.c and arch/. */
export const ERAS = {
  // Headlines in brackets, six usage characters, addresses of code and none of locks.
  '4.9': {
    bracketed: true,
    usage: '{+.+.+.}',
    lockAddress: false,
    codeAddress: true,
    task: 'old',
    wait: false,
  },
  '4.14': {
    bracketed: false,
    usage: '{+.+.}',
    lockAddress: false,
    codeAddress: true,
    task: 'old',
    wait: false,
  },
  '4.16': {
    bracketed: false,
    usage: '{+.+.}',
    lockAddress: false,
    codeAddress: true,
    task: 'old',
    wait: false,
  },
  '4.19': {
    bracketed: false,
    usage: '{+.+.}',
    lockAddress: true,
    codeAddress: false,
    task: 'old',
    wait: false,
  },
  '5.4': {
    bracketed: false,
    usage: '{+.+.}',
    lockAddress: true,
    codeAddress: false,
    task: 'old',
    wait: false,
  },
  '5.10': {
    bracketed: false,
    usage: '{+.+.}-{3:3}',
    lockAddress: true,
    codeAddress: false,
    task: 'new',
    wait: true,
  },
  '6.1': {
    bracketed: false,
    usage: '{+.+.}-{3:3}',
    lockAddress: true,
    codeAddress: false,
    task: 'new',
    wait: true,
  },
  '6.12': {
    bracketed: false,
    usage: '{+.+.}-{4:4}',
    lockAddress: true,
    codeAddress: false,
    task: 'tgid',
    wait: true,
  },
  // Lists of locks name the CPU.
  '7.3': {
    bracketed: false,
    usage: '{+.+.}-{4:4}',
    lockAddress: true,
    codeAddress: false,
    task: 'tgid',
    wait: true,
  },
} as const;
export type Era = keyof typeof ERAS;

export const ARCHES = [
  'x86',
  'x86-old',
  'arm',
  'arm-old',
  'arm64',
  'arm64-new',
  'powerpc',
  's390',
  'mips',
  'riscv',
  'loongarch',
  'i386',
] as const;
export type Arch = (typeof ARCHES)[number];

export interface Place {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

/** Prints lines as one kernel of one architecture does. */
export class Style {
  private readonly offsets = new Map<string, string>();

  constructor(
    readonly choice: Choice,
    readonly era: Era,
    readonly arch: Arch,
    /** With files, lines and inlined functions, as a symbolizer adds them. */
    readonly decoded: boolean,
  ) {}

  get is(): (typeof ERAS)[Era] {
    return ERAS[this.era];
  }

  /** The same return address whenever the same function is printed. */
  symbol(name: string): string {
    let text = this.offsets.get(name);
    if (text === undefined) {
      text = `${name}+0x${(16 + this.choice.below(400)).toString(16)}/0x${(500 + this.choice.below(900)).toString(16)}`;
      this.offsets.set(name, text);
    }
    return text;
  }

  address(): string {
    return `ffffffff8${this.choice.hex(7)}`;
  }

  /** What follows `at: `. */
  at(name: string): string {
    const code = this.is.codeAddress ? `[<${this.address()}>] ` : '';
    return `${code}${this.symbol(name)}${this.place(name)}`;
  }

  private place(name: string): string {
    return this.decoded ? ` ${fileOf(name)}:${10 + name.length * 7}` : '';
  }

  /**
   * A backtrace, innermost first; a name with `?` was only found on the stack, one with `~` is inlined into the next.
   */
  trace(
    names: readonly string[],
    options: { readonly irq?: readonly string[]; readonly nmi?: string; readonly pc?: string } = {},
  ): string[] {
    const { arch } = this;
    const modern = this.is.task !== 'old' && arch === 'x86';
    const lines: string[] = [];
    const all = [...(options.irq ?? []), ...names];
    if (arch === 'arm' || arch === 'arm-old') {
      const real = all.filter((name) => !/^[~?]/.test(name));
      let inner = 'unwind_backtrace';
      for (const name of real) {
        const outer = this.symbol(name);
        lines.push(
          arch === 'arm'
            ? ` ${inner} from ${outer}`
            : `[<c0${this.choice.hex(6)}>] (${inner}) from [<c0${this.choice.hex(6)}>] (${outer})`,
        );
        inner = name;
      }
      return [arch === 'arm' ? 'Call trace: ' : 'Backtrace: ', ...lines];
    }
    lines.push(/arm64|riscv|loongarch/.test(arch) ? 'Call trace:' : 'Call Trace:');
    const frames = (list: readonly string[]): void => {
      for (const name of list) lines.push(...this.frame(name));
    };
    if (options.irq && options.irq.length > 0) {
      if (arch.startsWith('x86')) lines.push(' <IRQ>');
      frames(options.irq);
      if (arch.startsWith('x86')) lines.push(modern ? ' </IRQ>' : ' </IRQ>');
    }
    // Only the registers above name the function that the NMI stopped.
    if (modern && options.nmi !== undefined) {
      lines.push(' <NMI>');
      frames(['?nmi_cpu_backtrace', '?nmi_handle', '?exc_nmi', '?end_repeat_nmi']);
      if (this.choice.chance(50)) frames([`?${options.nmi}`]);
      lines.push(' </NMI>');
    }
    if (modern) lines.push(' <TASK>');
    if (options.irq && options.irq.length > 0 && arch.startsWith('x86')) {
      if (modern) lines.push(...this.frame('asm_sysvec_apic_timer_interrupt'));
      if (options.pc !== undefined) lines.push(...this.counter(options.pc));
    }
    frames(names);
    if (modern) lines.push(' </TASK>');
    return lines;
  }

  private frame(given: string): string[] {
    const { arch, choice } = this;
    const name = given.replace(/^[~?]/, '');
    if (given.startsWith('~')) {
      if (!this.decoded) return [];
      return this.is.codeAddress
        ? [` [<     inline     >] ${name} ${fileOf(name)}:${10 + name.length}`]
        : [` ${name} ${fileOf(name)}:${10 + name.length} [inline]`];
    }
    const doubt = given.startsWith('?') ? '? ' : '';
    const symbol = `${this.symbol(name)}${this.place(name)}`;
    switch (arch) {
      case 'x86-old':
        return [` [<${this.address()}>] ${doubt}${symbol}`];
      case 'x86':
      case 'i386':
        return [
          this.is.codeAddress && choice.chance(60)
            ? ` [<${this.address()}>] ${doubt}${symbol}`
            : ` ${doubt}${symbol}`,
        ];
      case 'arm64':
        return doubt === '' ? [` ${symbol}`] : [];
      case 'arm64-new':
        return doubt === '' ? [` ${this.symbol(name)} ${choice.of(['(P)', '(C)', '(L)', '(PF)'])}`] : [];
      case 'powerpc':
        return [
          `[c0000000${choice.hex(8)}] [c00000000${choice.hex(7)}] ${symbol}${doubt === '' ? '' : ' (unreliable)'}`,
        ];
      case 's390':
        return doubt === ''
          ? [` [<00000000${choice.hex(8)}>] ${symbol} `]
          : [`([<00000000${choice.hex(8)}>] ${symbol})`];
      case 'mips':
        return doubt === '' ? [`[<${choice.hex(16)}>] ${symbol}`] : [];
      case 'riscv':
        return doubt === '' ? [`[<${this.address()}>] ${symbol}`] : [];
      case 'loongarch':
        return doubt === '' ? [`[<90000000${choice.hex(8)}>] ${symbol}`] : [];
      default:
        return [` ${symbol}`];
    }
  }

  /** The line of the program counter, between other registers. */
  counter(name: string): string[] {
    const { arch, choice } = this;
    switch (arch) {
      case 'x86-old':
        return [
          `RIP: 0010:[<${this.address()}>]  [<${this.address()}>] ${this.symbol(name)}`,
          `RSP: 0018:ffff8800${choice.hex(8)}  EFLAGS: 00000246`,
        ];
      case 'x86':
        return [
          ...(this.decoded
            ? [`RIP: 0010:arch_local_irq_restore arch/x86/include/asm/paravirt.h:12 [inline]`]
            : []),
          `RIP: 0010:${this.symbol(name)}`,
          `Code: 48 89 de 5b e9 ${choice.hex(2)} 00`,
          `RSP: 0018:ffffc900${choice.hex(8)} EFLAGS: 00000246`,
          `RAX: ${choice.hex(16)} RBX: ${choice.hex(16)} RCX: ${choice.hex(16)}`,
          `FS:  0000000000000000(0000) GS:ffff8880b${choice.hex(7)}(0000) knlGS:0000000000000000`,
        ];
      case 'i386':
        return [
          `EIP: ${this.symbol(name)}`,
          `EAX: ${choice.hex(8)} EBX: ${choice.hex(8)} ECX: 00000001 EDX: 0`,
        ];
      case 'arm':
      case 'arm-old':
        return [
          `PC is at ${this.symbol(name)}`,
          `LR is at ${this.symbol('other_function')}`,
          `pc : [<c0${choice.hex(6)}>]    lr : [<c0${choice.hex(6)}>]    psr: 60000013`,
        ];
      case 'arm64':
      case 'arm64-new':
        return [
          `pstate: 60400005 (nZCv daif +PAN -UAO)`,
          `pc : ${this.symbol(name)}`,
          `lr : ${this.symbol('other_function')}`,
          `sp : ffff8000${choice.hex(8)}`,
        ];
      case 'powerpc':
        return [
          `NIP:  c00000000${choice.hex(7)} LR: c00000000${choice.hex(7)} CTR: 0000000000000000`,
          `NIP [c00000000${choice.hex(7)}] ${this.symbol(name)}`,
          `LR [c00000000${choice.hex(7)}] ${this.symbol('other_function')}`,
        ];
      case 's390':
        return [
          `Krnl PSW : 0704c00180000000 00000000${choice.hex(8)} (${this.symbol(name)})`,
          `           R:0 T:1 IO:1 EX:1 Key:0 M:1 W:0 P:0 AS:3 CC:0 PM:0 RI:0 EA:3`,
        ];
      case 'mips':
        return [
          `epc   : 80${choice.hex(6)} ${this.symbol(name)}`,
          `ra    : 80${choice.hex(6)} ${this.symbol('other_function')}`,
        ];
      case 'riscv':
        return [`epc : ${this.symbol(name)} ra : ${this.symbol('other_function')}`];
      case 'loongarch':
        return [
          `   ERA: 90000000${choice.hex(8)} ${this.symbol(name)}`,
          `    ra: 90000000${choice.hex(8)} ${this.symbol('other_function')}`,
        ];
    }
  }

  cpu(cpu: number, task: Task): string[] {
    const uid = this.is.task === 'tgid' ? ' UID: 0' : '';
    const model = this.era === '7.3' ? ' PREEMPT(lazy) ' : '';
    return [
      `CPU: ${cpu}${uid} PID: ${task.pid} Comm: ${task.name} ${this.choice.of(['Not tainted', 'Tainted: G        W        '])} ${this.era}.0-rc3 #${this.choice.below(90)}${model}`,
      `Hardware name: Some Machine/Some Board, BIOS 1.2 01/01/2020`,
    ];
  }

  headline(text: string): string[] {
    const bracketed = this.is.bracketed ? `[ ${text.replace('WARNING:', 'INFO:')} ]` : text;
    const bar = '='.repeat(text.length);
    return [
      '',
      bar,
      bracketed,
      `${this.era}.0-rc3 #${this.choice.below(90)} Not tainted`,
      '-'.repeat(text.length),
    ];
  }

  /** One held or wanted lock. */
  lock(lock: Lock, at: string, index?: number): string[] {
    const number = index === undefined ? '' : ` #${index}: `;
    const address = this.is.lockAddress ? `${lock.address} ` : index === undefined ? ' ' : ' ';
    const lines = [`${number}${address}(${lock.name})${this.is.usage}, at: ${this.at(at)}`];
    // A symbolizer repeats the line for functions inlined there.
    if (this.decoded && this.is.lockAddress && this.choice.chance(40)) {
      lines.unshift(
        `${number}${address}(${lock.name})${this.is.usage}, at: some_inline_helper include/linux/helper.h:42 [inline]`,
      );
    }
    return lines;
  }

  /** The first line of a task's dump. */
  taskLine(task: Task, state: string): string {
    switch (this.is.task) {
      case 'old':
        return `${task.name.padEnd(15)} ${state}${this.choice.chance(30) ? `${28000 + this.choice.below(900)}` : '    0'} ${String(task.pid).padStart(5)}   ${String(7).padStart(4)} 0x0000000${this.choice.below(9)}`;
      case 'new':
        return `task:${task.name.padEnd(15)} state:${state} stack:${String(this.choice.below(30000)).padEnd(5)} pid:${String(task.pid).padStart(5)} ppid:${String(7).padStart(6)} flags:0x0000${this.choice.hex(4)}`;
      case 'tgid':
        return `task:${task.name.padEnd(15)} state:${state} stack:${String(this.choice.below(30000)).padEnd(5)} pid:${task.pid}  tgid:${task.pid}  ppid:7      task_flags:0x400040 flags:0x0000${this.choice.hex(4)}`;
    }
  }
}

export interface Task {
  readonly name: string;
  readonly pid: number;
}

export interface Lock {
  readonly name: string;
  readonly address: string;
}

export function fileOf(name: string): string {
  return `drivers/${name.split('_')[0] ?? 'x'}/${name.split('_')[1] ?? 'core'}.c`;
}
