import assert from 'node:assert/strict';
import { fn, functionNamed, link, macro, record, shown, skeleton, summary, variable } from './builder.js';

describe('replacing a file', () => {
  const before = { functions: [fn('static helper'), fn('outer', ['helper'])] };

  it('with other bodies leaves its interface unchanged', () => {
    const program = link({ 'a.c': before, 'b.c': { functions: [fn('user', ['outer'])] } });
    const old = functionNamed(program, 'a.c', 'outer');
    const edited = { functions: [fn('static helper', ['outer']), fn('outer', [], { line: 9 })] };
    assert.deepEqual(program.setFile('a.c', summary(edited)), { interfaceChanged: false });
    const now = functionNamed(program, 'a.c', 'outer');
    assert.notEqual(now.id, old.id);
    assert.equal(now.line, 9);
    assert.equal(program.functionById(old.id), undefined);
    assert.equal(program.functionById(now.id), now);
    assert.deepEqual(shown(program.callers(now)), ['a.c:helper', 'b.c:user']);
    assert.deepEqual(shown(program.callers(functionNamed(program, 'a.c', 'helper'))), []);
  });

  it('with one other body keeps the other functions', () => {
    const program = link({ 'a.c': before });
    const helper = functionNamed(program, 'a.c', 'helper');
    const outer = functionNamed(program, 'a.c', 'outer');
    const edited = [fn('static helper'), fn('outer', ['helper', 'more'], { hash: 'edited' })];
    assert.deepEqual(program.setFile('a.c', summary({ functions: edited })), { interfaceChanged: false });
    assert.equal(functionNamed(program, 'a.c', 'helper'), helper);
    assert.equal(helper.item, edited[0]);
    assert.notEqual(functionNamed(program, 'a.c', 'outer'), outer);
  });

  it('with a change of text only keeps all functions', () => {
    const program = link({ 'a.c': before });
    const { changes } = program;
    const outer = functionNamed(program, 'a.c', 'outer');
    const edited = [fn('static helper'), fn('outer', ['helper'], { hash: 'edited' })];
    program.setFile('a.c', summary({ functions: edited }));
    assert.equal(functionNamed(program, 'a.c', 'outer'), outer);
    assert.equal(outer.item, edited[1]);
    assert.deepEqual(program.takeChanged(), []);
    assert.equal(program.changes, changes);
  });

  it('reports a change that other files see', () => {
    const changes = {
      'a new function': { functions: [...before.functions, fn('more')] },
      'a signature': {
        functions: [before.functions[0] ?? fn(''), fn('outer', ['helper'], { returns: 'int' })],
      },
      'a macro': { ...before, macros: [macro('x', '1')] },
      'a record': { ...before, records: [record('struct x', {})] },
      'a variable': { ...before, variables: [variable('x', 'int')] },
      'an include': { ...before, includes: ['<x.h>'] },
    };
    for (const [what, source] of Object.entries(changes)) {
      const program = link({ 'a.c': before });
      assert.deepEqual(program.setFile('a.c', summary(source)), { interfaceChanged: true }, what);
      assert.deepEqual(program.setFile('a.c', summary(source)), { interfaceChanged: false }, what);
    }
  });

  it('keeps the functions of other files', () => {
    const program = link({ 'a.c': before, 'b.c': { functions: [fn('user')] } });
    const user = functionNamed(program, 'b.c', 'user');
    program.setFile('a.c', summary({ functions: [fn('other')] }));
    assert.equal(functionNamed(program, 'b.c', 'user'), user);
  });

  it('changes the targets of calls, even after queries', () => {
    const program = link({
      'a.c': {},
      'd/b.c': { functions: [fn('run')] },
      'd/c.c': { functions: [fn('walk')] },
    });
    const run = (): string[] => shown(program.resolveCall('run', 'a.c'));
    assert.deepEqual(run(), ['d/b.c:run']);
    program.setFile('d/c.c', summary({ functions: [fn('run')] }));
    assert.deepEqual(run(), ['d/b.c:run', 'd/c.c:run']);
    program.setFile('d/b.c', undefined);
    assert.deepEqual(run(), ['d/c.c:run']);
    program.setFile('a.c', summary({ functions: [fn('static run')] }));
    assert.deepEqual(run(), ['a.c:run']);
  });

  it('changes the resolution of includes', () => {
    const program = link({ 'a.c': { includes: ['"a.h"'] }, 'b.h': { functions: [fn('static run')] } });
    program.setFile('x/b.h', summary({ functions: [fn('static run')] }));
    assert.deepEqual(shown(program.resolveCall('run', 'x/b.h')), ['x/b.h:run']);
    program.setFile('a.h', summary({ includes: ['"x/b.h"'] }));
    assert.deepEqual(shown(program.resolveCall('run', 'a.c')), ['x/b.h:run']);
  });

  it('in any order gives the same program', () => {
    const files = {
      'p/a.c': { functions: [fn('run'), fn('user', ['run', 'walk'])] },
      'p/b.c': { functions: [fn('walk')] },
      'q/b.c': { functions: [fn('walk'), fn('run')] },
    };
    const forth = link(files);
    const back = link(Object.fromEntries(Object.entries(files).reverse()));
    back.setFile('p/b.c', undefined);
    back.setFile('p/b.c', summary(files['p/b.c']));
    const all = (program: typeof forth): string[] =>
      [...program.functions()].flatMap((one) => [...shown([one]), ...shown(program.callees(one))]);
    assert.deepEqual(all(back), all(forth));
  });
});

describe('demands', () => {
  const SKELETON = skeleton([]);

  function waiting() {
    const program = link({
      'b.c': { functions: [fn('one'), fn('two')], macros: [macro('m(x)', 'one(x)')] },
      'a.c': { functions: [fn('zero')], skeletons: { 0: SKELETON } },
    });
    return { program, two: functionNamed(program, 'b.c', 'two') };
  }

  it('are returned once, sorted', () => {
    const { program, two } = waiting();
    const one = functionNamed(program, 'b.c', 'one');
    const m = program.macroAt('b.c', 0);
    assert.ok(m);
    for (const ref of [two, m, one, two]) program.demand(ref, 'wrapper');
    const taken = program.takeDemands();
    assert.deepEqual(
      taken.map(({ isMacro, index }) => [isMacro, index]),
      [
        [false, 0],
        [false, 1],
        [true, 0],
      ],
    );
    program.demand(two, 'path');
    assert.deepEqual(program.takeDemands(), []);
  });

  it('are not made for a function that has a skeleton', () => {
    const { program } = waiting();
    program.demand(functionNamed(program, 'a.c', 'zero'), 'path');
    assert.deepEqual(program.takeDemands(), []);
  });

  it('end when the skeleton is supplied or declined', () => {
    const { program, two } = waiting();
    program.demand(two, 'path');
    const [demand] = program.takeDemands();
    assert.ok(demand);
    assert.equal(program.skeleton(two), undefined);
    program.supplySkeleton('b.c', false, demand.index, demand.functionHash, SKELETON);
    assert.deepEqual(program.skeleton(two), SKELETON);

    const one = functionNamed(program, 'b.c', 'one');
    program.demand(one, 'path');
    const [other] = program.takeDemands();
    assert.ok(other);
    assert.equal(program.sourceUnavailable(one), false);
    program.declineDemand(other);
    assert.equal(program.sourceUnavailable(one), true);
    program.demand(one, 'path');
    assert.deepEqual(program.takeDemands(), []);
  });

  it('need not be repeated in another program with the same summaries', () => {
    const { program, two } = waiting();
    program.demand(two, 'path');
    program.supplySkeleton('b.c', false, two.index, two.item?.hash ?? '', SKELETON);
    const follower = waiting();
    follower.program.demand(follower.two, 'path');
    follower.program.takeChanged();
    const { changes } = follower.program;

    follower.program.adopt('b.c', program.supplied('b.c') ?? new Map());
    assert.deepEqual(follower.program.skeleton(follower.two), SKELETON);
    assert.deepEqual(follower.program.takeChanged(), [follower.two]);
    assert.notEqual(follower.program.changes, changes);
    assert.deepEqual(follower.program.takeDemands(), []);
    assert.equal(program.supplied('a.c'), undefined);
  });

  it('are repeated when the text changed meanwhile', () => {
    const { program, two } = waiting();
    program.demand(two, 'path');
    program.takeDemands();
    program.supplySkeleton('b.c', false, two.index, 'hash of an older text', SKELETON);
    assert.equal(program.skeleton(two), undefined);
    program.demand(two, 'path');
    assert.equal(program.takeDemands().length, 1);
  });

  it('stay answered for unchanged functions', () => {
    const { program, two } = waiting();
    program.supplySkeleton('b.c', false, two.index, two.item?.hash ?? '', SKELETON);
    const macros = [macro('m(x)', 'one(x)')];
    program.setFile('b.c', summary({ functions: [fn('one', ['two']), fn('two')], macros }));
    assert.deepEqual(program.skeleton(functionNamed(program, 'b.c', 'two')), SKELETON);
    program.setFile('b.c', summary({ functions: [fn('one', ['two']), fn('two', ['one'])], macros }));
    assert.equal(program.skeleton(functionNamed(program, 'b.c', 'two')), undefined);
  });
});
