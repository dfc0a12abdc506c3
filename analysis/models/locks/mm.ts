import { FS_RECLAIM, MEM_HOTPLUG, MMAP_LOCK, PAGE_TABLE } from '../classes.js';
import type { LockApi } from '../types.js';
import { bitLock, percpuRwsem, rwsem, section, spinlock } from './families.js';

const folioBit = bitLock.of({ path: '->flags', argType: 'struct folio', lockClass: 'folio.PG_locked' });
const returned = spinlock.of({ path: 'RET', lockClass: PAGE_TABLE });
const mapped = spinlock.of({ path: '*', lockClass: PAGE_TABLE, guardsPages: true });
const anonVmaRwsem = rwsem.of({ path: '->root->rwsem', argType: 'struct anon_vma' });
const userFault = rwsem.of({ implicit: MMAP_LOCK });
const returnedPage = bitLock.of({ path: 'RET->flags', lockClass: 'folio.PG_locked' });
const lruLock = spinlock.of({ path: 'RET->lru_lock' });
const memHotplug = percpuRwsem.of({ implicit: MEM_HOTPLUG });
const mmapLock = rwsem.of({ path: '->mmap_lock', argType: 'struct mm_struct' });
const pageBit = bitLock.of({ path: '->flags', argType: 'struct page', lockClass: 'folio.PG_locked' });
const lruvecLruLock = spinlock.of({ path: '->lru_lock', argType: 'struct lruvec' });

/** Memory management: mmap_lock, page locks, page tables, reclaim. */
export const mmApis: readonly LockApi[] = [
  section.acquire('fs_reclaim_acquire', { implicit: FS_RECLAIM }),
  section.release('fs_reclaim_release', { implicit: FS_RECLAIM }),
  mapped.mayFail('__get_locked_pte', 'nonzero', { arg: 2 }),
  mapped.mayFail('get_locked_pte', 'nonzero', { arg: 2 }),
  mapped.mayFail('pte_alloc_map_lock', 'nonzero', { arg: 3 }),
  mapped.mayFail('pte_offset_map_lock', 'nonzero', { arg: 3, uncheckedHolds: true }),
  spinlock.acquire('mas_lock', { path: '->tree->ma_lock' }),
  spinlock.release('mas_unlock', { path: '->tree->ma_lock' }),
  spinlock.acquire('mtree_lock', { path: '->ma_lock' }),
  spinlock.release('mtree_unlock', { path: '->ma_lock' }),
  spinlock.release('pte_unmap_unlock', { arg: 1, lockClass: PAGE_TABLE }),
  folioBit.acquire('__folio_lock'),
  folioBit.mayFail('__folio_lock_killable', 'zero'),
  folioBit.acquire('folio_lock'),
  folioBit.mayFail('folio_lock_killable', 'zero'),
  folioBit.tryLock('folio_trylock', 'nonzero'),
  folioBit.release('folio_unlock'),
  folioBit.release('folio_end_read'),
  returned.mayFail('__pmd_trans_huge_lock', 'nonzero'),
  returned.mayFail('__pud_trans_huge_lock', 'nonzero'),
  returned.acquire('huge_pte_lock'),
  returned.acquire('pmd_lock'),
  returned.mayFail('pmd_trans_huge_lock', 'nonzero'),
  returned.acquire('pud_lock'),
  returned.mayFail('pud_trans_huge_lock', 'nonzero'),
  anonVmaRwsem.acquire('anon_vma_lock_read', { mode: 'read' }),
  anonVmaRwsem.acquire('anon_vma_lock_write'),
  anonVmaRwsem.tryLock('anon_vma_trylock_read', 'nonzero', { mode: 'read' }),
  anonVmaRwsem.release('anon_vma_unlock_read', { mode: 'read' }),
  anonVmaRwsem.release('anon_vma_unlock_write'),
  anonVmaRwsem.tryLock('anon_vma_trylock_write', 'nonzero'),
  userFault.mightAcquire('clear_user', { mode: 'read' }),
  userFault.mightAcquire('copy_from_iter', { mode: 'read' }),
  userFault.mightAcquire('copy_from_user', { mode: 'read' }),
  userFault.mightAcquire('copy_struct_from_user', { mode: 'read' }),
  userFault.mightAcquire('copy_to_iter', { mode: 'read' }),
  userFault.mightAcquire('copy_to_user', { mode: 'read' }),
  userFault.mightAcquire('fault_in_readable', { mode: 'read' }),
  userFault.mightAcquire('fault_in_writeable', { mode: 'read' }),
  userFault.mightAcquire('get_user', { mode: 'read' }),
  userFault.mightAcquire('get_user_pages_unlocked', { mode: 'read' }),
  userFault.mightAcquire('memdup_user', { mode: 'read' }),
  userFault.mightAcquire('might_fault', { mode: 'read' }),
  userFault.mightAcquire('put_user', { mode: 'read' }),
  userFault.mightAcquire('strncpy_from_user', { mode: 'read' }),
  userFault.mightAcquire('strndup_user', { mode: 'read' }),
  userFault.mightAcquire('strnlen_user', { mode: 'read' }),
  returnedPage.mayFail('filemap_grab_folio', 'nonzero'),
  returnedPage.mayFail('filemap_lock_folio', 'nonzero'),
  returnedPage.mayFail('find_lock_entry', 'nonzero'),
  returnedPage.mayFail('find_lock_page', 'nonzero'),
  returnedPage.mayFail('find_or_create_page', 'nonzero'),
  returnedPage.mayFail('grab_cache_page', 'nonzero'),
  returnedPage.mayFail('grab_cache_page_write_begin', 'nonzero'),
  lruLock.acquire('folio_lruvec_lock'),
  lruLock.acquire('folio_lruvec_lock_irq', { irq: 'disable' }),
  lruLock.acquire('folio_lruvec_lock_irqsave', { irq: 'save', flagsArg: 1 }),
  memHotplug.acquire('get_online_mems', { mode: 'read' }),
  memHotplug.release('put_online_mems', { mode: 'read' }),
  mmapLock.mayFail('lock_mm_and_find_vma', 'nonzero', { mode: 'read' }),
  mmapLock.assertHeld('mmap_assert_locked'),
  mmapLock.assertHeld('mmap_assert_write_locked', { mode: 'write' }),
  mmapLock.acquire('mmap_read_lock', { mode: 'read' }),
  mmapLock.mayFail('mmap_read_lock_killable', 'zero', { mode: 'read' }),
  mmapLock.tryLock('mmap_read_trylock', 'nonzero', { mode: 'read' }),
  mmapLock.release('mmap_read_unlock', { mode: 'read' }),
  mmapLock.release('mmap_read_unlock_non_owner', { mode: 'read' }),
  mmapLock.downgrade('mmap_write_downgrade'),
  mmapLock.acquire('mmap_write_lock'),
  mmapLock.mayFail('mmap_write_lock_killable', 'zero'),
  mmapLock.acquire('mmap_write_lock_nested', { subclassArg: 1 }),
  mmapLock.tryLock('mmap_write_trylock', 'nonzero'),
  mmapLock.release('mmap_write_unlock'),
  pageBit.acquire('lock_page'),
  pageBit.mayFail('lock_page_killable', 'zero'),
  pageBit.tryLock('trylock_page', 'nonzero'),
  pageBit.release('unlock_page'),
  lruvecLruLock.release('unlock_page_lruvec'),
  lruvecLruLock.release('unlock_page_lruvec_irq', { irq: 'enable' }),
  lruvecLruLock.release('unlock_page_lruvec_irqrestore', { irq: 'restore', flagsArg: 1 }),
];
