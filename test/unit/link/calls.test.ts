import assert from 'node:assert/strict';
import { fn, functionNamed, link, macro, prototype, shown, type Source } from './builder.js';

function resolve(files: Readonly<Record<string, Source>>, name: string, file: string): string[] {
  return shown(link(files).resolveCall(name, file));
}

describe('a direct call', () => {
  it('resolves to a function of its own file before a global one elsewhere', () => {
    const files = { 'a.c': { functions: [fn('static open')] }, 'b.c': { functions: [fn('open')] } };
    assert.deepEqual(resolve(files, 'open', 'a.c'), ['a.c:open']);
    assert.deepEqual(resolve(files, 'open', 'c.c'), []);
    assert.deepEqual(resolve({ ...files, 'c.c': {} }, 'open', 'c.c'), ['b.c:open']);
  });

  it('never resolves to a static function of another source', () => {
    assert.deepEqual(resolve({ 'a.c': { functions: [fn('static open')] }, 'b.c': {} }, 'open', 'b.c'), []);
  });

  it('resolves to a static function of an included source', () => {
    const files = { 'a.c': { functions: [fn('static open')] }, 'b.c': { includes: ['"a.c"'] } };
    assert.deepEqual(resolve(files, 'open', 'b.c'), ['a.c:open']);
  });

  it('resolves to functions of the including source, and of sources included beside it', () => {
    const files = {
      'all.c': { includes: ['"one.c"', '"two.c"'], functions: [fn('static common')] },
      'one.c': { functions: [fn('static first')] },
      'two.c': {},
      'three.c': {},
    };
    assert.deepEqual(resolve(files, 'common', 'two.c'), ['all.c:common']);
    assert.deepEqual(resolve(files, 'first', 'two.c'), ['one.c:first']);
    assert.deepEqual(resolve(files, 'first', 'three.c'), []);
  });

  it('resolves in a header to functions of the source around it', () => {
    const files = {
      'd/a.c': { includes: ['"body.h"'], functions: [fn('static open')] },
      'd/b.c': { functions: [fn('static close')] },
      'd/body.h': {},
    };
    assert.deepEqual(resolve(files, 'open', 'd/body.h'), ['d/a.c:open']);
    assert.deepEqual(resolve(files, 'close', 'd/body.h'), []);
  });

  it('resolves to the inline function of the included header, not to its namesake in another header', () => {
    const files = {
      'd/a.c': { includes: ['"a.h"'] },
      'd/a.h': { includes: ['"deep.h"'] },
      'd/deep.h': { functions: [fn('static get')] },
      'd/b.h': { functions: [fn('static get')] },
    };
    assert.deepEqual(resolve(files, 'get', 'd/a.c'), ['d/deep.h:get']);
  });

  it('resolves to a public header without a visible include, but not to a private one', () => {
    const files = {
      'x/a.c': {},
      'include/linux/x.h': { functions: [fn('static get')] },
      'y/private.h': { functions: [fn('static put')] },
    };
    assert.deepEqual(resolve(files, 'get', 'x/a.c'), ['include/linux/x.h:get']);
    assert.deepEqual(resolve(files, 'put', 'x/a.c'), []);
  });

  it('resolves to the nearest of several global functions', () => {
    const files = {
      'drivers/a/one.c': {},
      'drivers/a/two.c': { functions: [fn('start')] },
      'drivers/b/two.c': { functions: [fn('start')] },
      'fs/x.c': {},
    };
    assert.deepEqual(resolve(files, 'start', 'drivers/a/one.c'), ['drivers/a/two.c:start']);
    assert.deepEqual(resolve(files, 'start', 'fs/x.c'), ['drivers/a/two.c:start', 'drivers/b/two.c:start']);
  });

  it('resolves to a visible macro before the function', () => {
    const files = {
      'a.c': { includes: ['"a.h"'] },
      'a.h': { macros: [macro('take(x)', 'really_take(x)', ['really_take'])] },
      'b.c': {},
      'c.c': { functions: [fn('take')] },
    };
    assert.deepEqual(resolve(files, 'take', 'a.c'), ['a.h:take()']);
    assert.deepEqual(resolve(files, 'take', 'c.c'), ['c.c:take']);
  });

  it('follows macros that only rename, even in a cycle', () => {
    const files = {
      'a.c': {
        includes: ['"a.h"'],
        macros: [macro('one', 'two'), macro('two', 'one')],
      },
      'a.h': { macros: [macro('old_name', 'new_name'), macro('kept', 'kept')] },
      'b.c': { functions: [fn('new_name'), fn('kept')] },
    };
    assert.deepEqual(resolve(files, 'old_name', 'a.c'), ['b.c:new_name']);
    assert.deepEqual(resolve(files, 'kept', 'a.c'), ['b.c:kept']);
    assert.deepEqual(resolve(files, 'one', 'a.c'), []);
  });

  it('resolves to the real function before a stub in a header that also declares it', () => {
    const header = { functions: [fn('static start')], prototypes: [prototype('start')] };
    const files = { 'a.c': { includes: ['"a.h"'] }, 'a.h': header, 'b.c': { functions: [fn('start')] } };
    assert.deepEqual(resolve(files, 'start', 'a.c'), ['b.c:start', 'a.h:start']);
    const undeclared = { ...files, 'a.h': { functions: [fn('static start')] } };
    assert.deepEqual(resolve(undeclared, 'start', 'a.c'), ['a.h:start']);
  });

  it('prefers the non-empty function of two #if arms', () => {
    const files = { 'a.c': { functions: [fn('static start'), fn('static start', ['work', 'more'])] } };
    const program = link(files);
    assert.deepEqual(
      program.resolveCall('start', 'a.c').map((ref) => ref.index),
      [1, 0],
    );
  });
});

describe('a call of a function and macro with one name', () => {
  it('resolves to the function, unless the macro wraps it', () => {
    const arms = { functions: [fn('static get')], macros: [macro('get(x)', '(x)')] };
    assert.deepEqual(resolve({ 'a.h': arms }, 'get', 'a.h'), ['a.h:get', 'a.h:get()']);
    const wrapper = {
      functions: [fn('static get', ['a', 'b'])],
      macros: [macro('get(x)', 'get(x, 0)', ['get'])],
    };
    assert.deepEqual(resolve({ 'a.h': wrapper }, 'get', 'a.h'), ['a.h:get()', 'a.h:get']);
  });
});

describe('link domains', () => {
  const files = {
    'tools/lib/a.c': { functions: [fn('common'), fn('only_tools')] },
    'samples/s.c': { functions: [fn('only_samples')] },
    'arch/um/u.c': { functions: [fn('only_um')] },
    'arch/x86/boot/b.c': { functions: [fn('only_boot')] },
    'kernel/k.c': { functions: [fn('common'), fn('only_kernel')] },
    'tools/perf/t.c': {},
  };

  it('keep separate programs apart from the kernel', () => {
    assert.deepEqual(resolve(files, 'common', 'kernel/k.c'), ['kernel/k.c:common']);
    for (const name of ['only_tools', 'only_samples', 'only_um', 'only_boot']) {
      assert.deepEqual(resolve(files, name, 'kernel/k.c'), [], name);
    }
    assert.deepEqual(resolve(files, 'common', 'tools/perf/t.c'), ['tools/lib/a.c:common']);
    assert.deepEqual(resolve(files, 'only_kernel', 'tools/perf/t.c'), []);
    assert.deepEqual(resolve(files, 'only_kernel', 'arch/x86/boot/b.c'), []);
  });

  it('share headers only with code that is compiled with them', () => {
    const headers = { ...files, 'include/linux/x.h': { functions: [fn('static inlined')] } };
    assert.deepEqual(resolve(headers, 'inlined', 'arch/x86/boot/b.c'), ['include/linux/x.h:inlined']);
    assert.deepEqual(resolve(headers, 'inlined', 'tools/perf/t.c'), []);
  });

  it('let samples and um use the kernel', () => {
    assert.deepEqual(resolve(files, 'only_kernel', 'samples/s.c'), ['kernel/k.c:only_kernel']);
    assert.deepEqual(resolve(files, 'only_kernel', 'arch/um/u.c'), ['kernel/k.c:only_kernel']);
  });
});

describe('architectures', () => {
  const files = {
    'arch/arm/a.c': { functions: [fn('flush'), fn('only_arm')] },
    'arch/mips/m.c': { functions: [fn('flush'), fn('only_mips'), fn('two')] },
    'arch/s390/s.c': { functions: [fn('two')] },
    'arch/x86/x.c': { functions: [fn('flush'), fn('only_x86')] },
    'mm/m.c': {},
  };

  it('do not see each other', () => {
    assert.deepEqual(resolve(files, 'flush', 'arch/arm/a.c'), ['arch/arm/a.c:flush']);
    assert.deepEqual(resolve(files, 'only_x86', 'arch/arm/a.c'), []);
  });

  it('resolve from common code one at a time, the analysed one first', () => {
    assert.deepEqual(resolve(files, 'flush', 'mm/m.c'), ['arch/x86/x.c:flush']);
    assert.deepEqual(resolve(files, 'only_arm', 'mm/m.c'), ['arch/arm/a.c:only_arm']);
    assert.deepEqual(resolve(files, 'two', 'mm/m.c'), ['arch/mips/m.c:two']);
    const arm = link(files, { architectures: ['arm'] });
    assert.deepEqual(shown(arm.resolveCall('flush', 'mm/m.c')), ['arch/arm/a.c:flush']);
  });
});

describe('callers and callees', () => {
  const files = {
    'a.c': { functions: [fn('static helper'), fn('outer', ['helper', 'shared', 'missing'])] },
    'b.c': { functions: [fn('static helper'), fn('other', ['helper'])] },
    'a.h': { macros: [macro('shared(x)', 'helper(x)', ['helper']), macro('alias', 'target')] },
    'c.c': { functions: [fn('target'), fn('user', ['alias'])], includes: ['"a.h"'] },
  };

  it('are the functions whose call resolves there', () => {
    const program = link({ ...files, 'a.c': { ...files['a.c'], includes: ['"a.h"'] } });
    assert.deepEqual(shown(program.callers(functionNamed(program, 'a.c', 'helper'))), [
      'a.c:outer',
      'a.h:shared()',
    ]);
    assert.deepEqual(shown(program.callers(functionNamed(program, 'b.c', 'helper'))), ['b.c:other']);
    assert.deepEqual(shown(program.callees(functionNamed(program, 'a.c', 'outer'))), [
      'a.c:helper',
      'a.h:shared()',
    ]);
  });

  it('follow macros that only rename', () => {
    const program = link(files);
    assert.deepEqual(shown(program.callers(functionNamed(program, 'c.c', 'target'))), ['c.c:user']);
  });

  it('exclude a macro that wraps the function of its own name', () => {
    const program = link({
      'a.c': {
        includes: ['"a.h"'],
        functions: [fn('print')],
      },
      'a.h': { macros: [macro('print(x)', 'print(x, 0)', ['print'])], prototypes: [prototype('print')] },
    });
    const wrapper = program.macroAt('a.h', 0);
    assert.ok(wrapper);
    assert.deepEqual(shown(program.callees(wrapper)), ['a.c:print']);
    assert.deepEqual(shown(program.callers(functionNamed(program, 'a.c', 'print'))), ['a.h:print()']);
  });
});
