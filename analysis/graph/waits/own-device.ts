import { baseOf, pointee } from '../../base/ctype.js';
import { partsOfDriver } from '../../link/files/one-driver.js';
import {
  address,
  deref,
  holderOf,
  parameter,
  pointed,
  rootOf,
  someTerm,
  type Term,
} from '../../summaries/locks/terms.js';
import { eventOf, isMadeIn } from '../../summaries/locks/names.js';
import type { FunctionRef, Program } from '../../link/types.js';
import { eventAt, memberStores, valuesAssigned } from '../../skeleton/lowering/events.js';
import type { ExprId, Skeleton } from '../../skeleton/types.js';

/**
 * Whether a device is certainly the one that the functions of the file serve: a function receives it as an argument, it
 * is part of such an argument, or it is the only one of its type that the driver's object knows.
 */
export function isOwnDevice(program: Program, device: Term, file: string): boolean {
  if (device.k === 'parameter') return true;
  const member = pointed(device);
  if (member.k !== 'field') return false;
  if (device.k !== 'address')
    return isOnlyOfItsType(program, member, file) || isKeptDevice(program, member, file);
  // `&pdev->dev`
  const holder = member.base.k === 'deref' ? member.base.base : undefined;
  if (holder === undefined) return false;
  if (holder.k === 'field' && !isOnlyOfItsType(program, holder, file)) return false;
  return isReceived(program, holder.type, file);
}

/**
 * Whether each function of the file that sets a member, or of the driver if none of the file does, sets it to the device that
 * it is called for, itself or within its argument: `dev = &pdev->dev; d->dev = dev`.
 */
function isKeptDevice(program: Program, member: Member, file: string): boolean {
  return (
    isSetToOwn(functionsOf(program, file), member) ??
    isSetToOwn(functionsOfDriver(program, file), member) ??
    false
  );
}

/**
 * Whether each of these functions that sets a member sets it to the device that it is called for; `undefined` if none does. A
 * copy of a member of that name, `c->dev = d->dev`, says no more than the function that set `d->dev`.
 */
function isSetToOwn(functions: readonly Skeleton[], member: Member): boolean | undefined {
  const stores = functions.flatMap((skeleton) =>
    [...memberStores(skeleton)]
      .filter(({ target, event }) => target.name === member.name && !isCopy(skeleton, event.value, member))
      .map(({ event }) => isOfOwnArgument(skeleton, event.value)),
  );
  return stores.length === 0 ? undefined : stores.every(Boolean);
}

/** Whether a value is the member of that name of what a function of the driver is called for. */
function isCopy({ exprs }: Skeleton, id: ExprId, { name }: Member): boolean {
  const expr = exprs[id];
  const holder = expr?.k === 'field' && expr.name === name ? exprs[expr.base] : undefined;
  const root = holder?.k === 'deref' ? exprs[holder.base] : undefined;
  return root?.k === 'parameter' && root.index === 0;
}

/**
 * Whether a lock is in a device that an object of the driver points to, and the driver sets that member only in functions that
 * are called for the device, to this device: `mutex_lock(&all); list_for_each_entry(s, …) device_lock(s->dev);`.
 */
export function isInListedDevice(program: Program, lock: Term, path: string, file: string): boolean {
  const device = owningPointer(lock);
  if (device?.k !== 'field' || !path.endsWith(pathFrom(lock).replace('->', '.'))) return false;
  if (isOfKernel(program, device.base.type, file)) return false;
  return isSetToOwn(functionsOfDriver(program, file), device) === true;
}

/** Whether an expression is the first argument or the address of its member, or a variable that is only set to that. */
function isOfOwnArgument(skeleton: Skeleton, id: ExprId): boolean {
  const { exprs } = skeleton;
  const isArgument = (at: ExprId): boolean => {
    const expr = exprs[at];
    return expr?.k === 'parameter' && expr.index === 0;
  };
  const expr = exprs[id];
  if (isArgument(id)) return true;
  const place = expr?.k === 'address' ? exprs[expr.base] : undefined;
  const holder = place?.k === 'field' ? exprs[place.base] : undefined;
  if (holder?.k === 'deref') return isArgument(holder.base);
  if (expr?.k !== 'local') return false;
  const values = valuesAssigned(skeleton, id);
  return (
    values.length > 0 &&
    values.every((value) => value !== id && exprs[value]?.k !== 'local' && isOfOwnArgument(skeleton, value))
  );
}

type Member = Extract<Term, { k: 'field' }>;

/** Whether a lock is in the only object of its type, or of the one that is given, that the driver's data knows. */
export function isInOnlyObject(
  program: Program,
  lock: Term,
  type: string | undefined,
  file: string,
): boolean {
  const object = ownerOf(program, lock, type, file)?.object;
  return object !== undefined && isOnlyOfItsType(program, object, file);
}

/**
 * Whether a lock is in the object that the functions of a table receive and keep in the driver's data: `c->pdev = pdev`.
 * `path` leads from the object to the lock: `->dev.mutex`.
 */
export function isInKeptObject(
  program: Program,
  lock: Term,
  type: string | undefined,
  path: string | undefined,
  file: string,
): boolean {
  const found = type === undefined ? undefined : ownerOf(program, lock, type, file);
  if (found === undefined || path !== found.path) return false;
  const keeps = receivers(program, `${type}*`, file).map((fn) => keepsIn(program, fn, found.object.name));
  return keeps.includes(true) && isOnlyOfItsType(program, found.object, file);
}

/**
 * Whether a lock is in the object that a function is called for, to which the driver's data points, which the function has got
 * from that object: `t = input_get_drvdata(input)` and then `t->input->mutex`, where `t` has one input device.
 */
export function isInObjectOfData(
  program: Program,
  lock: Term,
  type: string | undefined,
  path: string | undefined,
  fn: FunctionRef,
): boolean {
  return isInObjectKept(program, lock, type, path, fn.file, (data) => isDataOf(program, data, fn));
}

/**
 * Whether a lock is in the served object to which the data of a handler points: `t->input->mutex`, where `t` has one input
 * device and is its data.
 */
export function isInObjectOfHandlersData(
  program: Program,
  lock: Term,
  type: string | undefined,
  path: string,
  file: string,
): boolean {
  return isInObjectKept(program, lock, type, path, file, ({ k }) => k === 'parameter');
}

/** Whether a lock is in the only object of a type to which data points that is also the object's data. */
function isInObjectKept(
  program: Program,
  lock: Term,
  type: string | undefined,
  path: string | undefined,
  file: string,
  isData: (data: Term) => boolean,
): boolean {
  const object = owningPointer(lock);
  const data = object?.k === 'field' && object.base.k === 'deref' ? object.base.base : undefined;
  if (object?.k !== 'field' || data === undefined || !isData(data)) return false;
  if (pathFrom(lock) !== path || pointee(program.expand(object.type, file)) !== type) return false;
  return isOnlyOfItsType(program, object, file) && isMadeDataOf(program, file, object.name);
}

/**
 * Whether a function of the file makes an object the data of what its member points to: `input_set_drvdata(t->input, t)`, or
 * `t->zone = register_zone(name, t, …)`. A variable may name what it stores in the member as well.
 */
function isMadeDataOf(program: Program, file: string, member: string): boolean {
  return functionsOfDriver(program, file).some((skeleton) => {
    const { exprs, blocks } = skeleton;
    const isMember = (id: ExprId, holder: ExprId): boolean => {
      const expr = exprs[id];
      const base = expr?.k === 'field' && expr.name === member ? exprs[expr.base] : undefined;
      return base?.k === 'deref' && base.base === holder;
    };
    const stored = [...memberStores(skeleton)].map(({ event }) => event);
    const isMemberOf = (id: ExprId, holder: ExprId): boolean =>
      isMember(id, holder) ||
      (exprs[id]?.k === 'local' &&
        stored.some(({ target, value }) => value === id && isMember(target, holder)));
    return blocks.some(({ events }) =>
      events.some((event) => {
        if (event.k !== 'assign') return false;
        const { target, value } = event;
        for (let at = exprs[target]; at !== undefined && 'base' in at; at = exprs[at.base])
          if (isMemberOf(at.base, value)) return true;
        const result = exprs[value];
        const made = result?.k === 'result' ? events.find(({ id }) => id === result.event) : undefined;
        return made !== undefined && 'args' in made && made.args.some((arg) => isMemberOf(target, arg));
      }),
    );
  });
}

/** Whether a pointer is a member of the object that a function is called for, or what a call returns that is given it. */
function isDataOf(program: Program, data: Term, fn: FunctionRef): boolean {
  if (data.k === 'field') return holderOf(data).key === deref(parameter(0, '')).key;
  if (data.k !== 'result' || !isMadeIn(data, fn)) return false;
  const skeleton = program.skeleton(fn);
  const made = skeleton && eventAt(skeleton, eventOf(data) ?? -1);
  const given = made !== undefined && 'args' in made ? skeleton?.exprs[made.args[0] ?? -1] : undefined;
  return given?.k === 'parameter' && given.index === 0;
}

/**
 * Whether a lock is in the object that belongs to the driver's data with another lock, which the functions that serve such
 * objects take as well: `d->lock` and then `d->input->mutex`, where `d` has one input device, within itself or elsewhere.
 * The same where the function is given such an object and holds a lock of the record around it: `d->lock` and then
 * `port->lock`, where `d` is `container_of(port, …)`. `path` leads from the object to the lock.
 */
export function isOfHolder(
  program: Program,
  { lock, holds }: { readonly lock: Term; readonly holds: Term },
  type: string,
  path: string,
  file: string,
): boolean {
  let names = '';
  for (let at = lock; at.k === 'field'; at = at.base) {
    names = `.${at.name}${names}`;
    const pointer = at.base.k === 'deref' ? at.base.base : undefined;
    const member = pointer ?? at.base;
    if (`->${names.slice(1)}` !== path) continue;
    if (member.k === 'parameter' && isAround(holds, member))
      return program.expand(member.type, file) === `${type}*`;
    if (member.k !== 'field') continue;
    const isServed =
      program.expand(member.type, file) === (pointer === undefined ? type : `${type}*`) &&
      fieldsOf(program, member, file).filter((one) => baseOf(one) === type).length === 1;
    return isServed && isKeptBeside(holds, member);
  }
  return false;
}

/** Whether a lock is in the record around what a pointer points to: `container_of(port, struct dev, port)->lock`. */
function isAround(lock: Term, pointer: Term): boolean {
  return someTerm(lock, (part) => part.k === 'container' && part.base.key === pointer.key);
}

/**
 * The same for a lock in the device that functions of the file receive as part of another object, which the driver's data
 * keeps: `d->lock` and then `d->pdev->dev.mutex`.
 */
export function isOfKeptDevice(
  program: Program,
  { lock, holds }: { readonly lock: Term; readonly holds: Term },
  type: string,
  path: string,
  file: string,
): boolean {
  const device = lock.k === 'field' ? lock.base : undefined;
  const outer = device?.k === 'field' && device.base.k === 'deref' ? device.base.base : undefined;
  if (lock.k !== 'field' || device?.k !== 'field' || outer?.k !== 'field') return false;
  const isDevice = `->${lock.name}` === path && ['', type].includes(program.expand(device.type, file));
  return isDevice && isKeptBeside(holds, outer) && isOwnDevice(program, address(device), file);
}

/** Whether a pointer is a member of the object that a lock is in, itself or in a record within it. */
function isKeptBeside(lock: Term, pointer: Member): boolean {
  return lock.k === 'field' && holderOf(lock).key === pointer.base.key;
}

/**
 * Whether a lock is in the object that functions of the file receive, as far as the pointer to it tells: of several
 * members that point to objects of its type, it is the one in which such a function keeps its argument.
 */
export function isInReceived(program: Program, lock: Term, file: string): boolean {
  const object = owningPointer(lock);
  if (object?.k !== 'field' || isOnlyOfItsType(program, object, file)) return true;
  return receivers(program, object.type, file).some((fn) => keepsIn(program, fn, object.name));
}

/**
 * Whether a lock is that of an object's part whose data leads to it: the data of `&pdev->dev` keeps `dev = &pdev->dev`, so
 * `dev->mutex` of that data is the one that is held.
 */
export function isInKeptPart(program: Program, held: Term, needed: Term, file: string): boolean {
  const kept = owningPointer(needed);
  const data = kept?.k === 'field' && kept.base.k === 'deref' ? kept.base.base : undefined;
  if (held.k !== 'field' || kept?.k !== 'field' || data?.k !== 'field' || data.base.k !== 'field')
    return false;
  return (
    data.base.key === held.base.key &&
    pathFrom(needed) === `->${held.name}` &&
    isKeptDevice(program, kept, file)
  );
}

/** The skeletons of a file's functions; demands those that are missing. */
export function functionsOf(program: Program, file: string): readonly Skeleton[] {
  return (program.outline(file)?.functions ?? []).flatMap((_, index) => {
    const fn = program.functionAt(file, index);
    const skeleton = fn && program.skeleton(fn);
    if (fn !== undefined && skeleton === undefined) program.demand(fn, 'path');
    return skeleton ?? [];
  });
}

/** The same of all files of the driver. */
function functionsOfDriver(program: Program, file: string): readonly Skeleton[] {
  return partsOfDriver(program, file).flatMap((one) => functionsOf(program, one));
}

/**
 * The member of the driver's data that points to the object with a lock, and the path from there. The data is reached
 * from the first argument, or has just been allocated.
 */
function ownerOf(
  program: Program,
  lock: Term,
  type: string | undefined,
  file: string,
): { readonly object: Member; readonly path: string } | undefined {
  const object = owningPointer(lock);
  if (object?.k !== 'field') return undefined;
  if (type !== undefined && pointee(program.expand(object.type, file)) !== type) return undefined;
  const root = rootOf(object);
  const isOwn =
    (root.k === 'parameter' && root.index === 0) ||
    (root.k === 'result' && program.models.isAllocator(root.origin));
  return isOwn ? { object, path: pathFrom(lock) } : undefined;
}

/** The path to a lock from the pointer to the object that it is in: `->dev.mutex`. */
function pathFrom(lock: Term): string {
  let names = '';
  for (let at = lock; at.k === 'field'; at = at.base) names = `.${at.name}${names}`;
  return `->${names.slice(1)}`;
}

/** The pointer to the object that a lock is in. */
export function owningPointer(lock: Term): Term | undefined {
  const holder = holderOf(lock);
  return holder.k === 'deref' ? holder.base : undefined;
}

/** Whether a function stores its first argument in a member of this name; demands what is needed to tell. */
function keepsIn(program: Program, fn: FunctionRef, member: string): boolean {
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined) program.demand(fn, 'path');
  return [...memberStores(skeleton)].some(({ event, target }) => {
    const value = skeleton?.exprs[event.value];
    return target.name === member && value?.k === 'parameter' && value.index === 0;
  });
}

/** Whether the record that a member is in, the driver's own or the argument itself, has no other member of its type. */
function isOnlyOfItsType(program: Program, member: Extract<Term, { k: 'field' }>, file: string): boolean {
  const object = member.base;
  const isArgument = object.k === 'deref' && (object.base.k === 'parameter' || object.base.k === 'result');
  // Each entry of a cache of the kernel has an inode; the driver meets many of them.
  if (!isArgument && isOfKernel(program, object.type, file)) return false;
  return fieldsOf(program, member, file).filter((type) => type === member.type).length === 1;
}

/** Whether a header that all of the kernel shares declares a type. */
function isOfKernel(program: Program, type: string, file: string): boolean {
  const tag = program.expand(type, file).replace(/^struct /, '');
  return program.resolveRecord(tag, file)?.file.startsWith('include/') === true;
}

/** The types of the members of the record that a member is in. */
function fieldsOf(program: Program, member: Member, file: string): readonly string[] {
  const tag = program.expand(member.base.type, file).replace(/^struct /, '');
  return program.resolveRecord(tag, file)?.item.fields.map(({ type }) => type) ?? [];
}

/** Whether a function in a table of the driver receives an object of this type. */
function isReceived(program: Program, type: string, file: string): boolean {
  return receivers(program, type, file).length > 0;
}

/** The functions in tables of the driver that receive an object of this type. */
function receivers(program: Program, type: string, file: string): readonly FunctionRef[] {
  if (pointee(type) === undefined) return [];
  const files = partsOfDriver(program, file);
  const variables = files.flatMap((one) => program.outline(one)?.variables ?? []);
  const named = new Set(variables.flatMap(({ members }) => members.map(({ value }) => value)));
  return files.flatMap((one) =>
    (program.outline(one)?.functions ?? []).flatMap(({ name, parameters }, index) => {
      const isOne = parameters[0]?.type === type && named.has(name);
      const fn = isOne ? program.functionAt(one, index) : undefined;
      return fn === undefined ? [] : [fn];
    }),
  );
}
