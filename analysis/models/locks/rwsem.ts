import type { LockApi } from '../types.js';
import { rwsem } from './families.js';

/** Reader-writer semaphores, and the line-discipline ones of the tty layer. */
export const rwsemApis: readonly LockApi[] = [
  rwsem.init('__init_rwsem'),
  rwsem.acquire('down_read', { mode: 'read' }),
  rwsem.mayFail('down_read_interruptible', 'zero', { mode: 'read' }),
  rwsem.mayFail('down_read_killable', 'zero', { mode: 'read' }),
  rwsem.mayFail('down_read_killable_nested', 'zero', { mode: 'read', subclassArg: 1 }),
  rwsem.acquire('down_read_nested', { mode: 'read', subclassArg: 1 }),
  rwsem.tryLock('down_read_trylock', 'nonzero', { mode: 'read' }),
  rwsem.acquire('down_write'),
  rwsem.mayFail('down_write_killable', 'zero'),
  rwsem.mayFail('down_write_killable_nested', 'zero', { subclassArg: 1 }),
  rwsem.acquire('down_write_nest_lock', { nestArg: 1 }),
  rwsem.acquire('down_write_nested', { subclassArg: 1 }),
  rwsem.tryLock('down_write_trylock', 'nonzero'),
  rwsem.downgrade('downgrade_write'),
  rwsem.init('init_ldsem'),
  rwsem.init('init_rwsem'),
  rwsem.mayFail('ldsem_down_read', 'nonzero', { mode: 'read' }),
  rwsem.tryLock('ldsem_down_read_trylock', 'nonzero', { mode: 'read' }),
  rwsem.mayFail('ldsem_down_write', 'nonzero'),
  rwsem.mayFail('ldsem_down_write_nested', 'nonzero', { subclassArg: 1 }),
  rwsem.tryLock('ldsem_down_write_trylock', 'nonzero'),
  rwsem.release('ldsem_up_read', { mode: 'read' }),
  rwsem.release('ldsem_up_write'),
  rwsem.release('up_read', { mode: 'read' }),
  rwsem.release('up_write'),
  rwsem.acquire('down_read_non_owner', { mode: 'read', noLockdep: true, handedOver: true }),
  rwsem.release('up_read_non_owner', { mode: 'read', noLockdep: true }),
];
