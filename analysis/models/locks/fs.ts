import type { LockApi } from '../types.js';
import { bitLock, mutex, percpuRwsem, rwsem } from './families.js';

const invalidateLock = rwsem.of({ path: '->invalidate_lock', argType: 'struct address_space' });
const mappingRwsem = rwsem.of({ path: '->i_mmap_rwsem', argType: 'struct address_space' });
const inodeRwsem = rwsem.of({ path: '->i_rwsem', argType: 'struct inode' });
const bufferBit = bitLock.of({
  path: '->b_state',
  argType: 'struct buffer_head',
  lockClass: 'buffer_head.BH_Lock',
});
const sUmount = rwsem.of({ path: '->s_umount', argType: 'struct super_block' });
const sbWriters = percpuRwsem.of({
  path: '->s_writers',
  argType: 'struct super_block',
  lockClass: 'sb_writers',
});
const sbInternal = percpuRwsem.of({
  path: '->s_writers',
  argType: 'struct super_block',
  lockClass: 'sb_internal',
});
const fileSbWriters = percpuRwsem.of({
  path: '->f_inode->i_sb->s_writers',
  argType: 'struct file',
  lockClass: 'sb_writers',
});

/** File systems: inodes, freeze protection, buffers, mounts. */
export const fsApis: readonly LockApi[] = [
  bitLock.mayFail('nfs_page_group_lock', 'zero', {
    path: '->wb_head->wb_flags',
    argType: 'struct nfs_page',
    lockClass: 'nfs_page.PG_HEADLOCK',
  }),
  bitLock.release('nfs_page_group_unlock', {
    path: '->wb_head->wb_flags',
    argType: 'struct nfs_page',
    lockClass: 'nfs_page.PG_HEADLOCK',
  }),
  mutex.acquire('fsnotify_group_lock', { path: '->mark_mutex', argType: 'struct fsnotify_group' }),
  mutex.release('fsnotify_group_unlock', { path: '->mark_mutex', argType: 'struct fsnotify_group' }),
  mutex.acquire('jbd2_journal_lock_updates', { path: '->j_barrier', argType: 'journal_t' }),
  mutex.release('jbd2_journal_unlock_updates', { path: '->j_barrier', argType: 'journal_t' }),
  mutex.acquire('pipe_lock', { path: '->mutex', argType: 'struct pipe_inode_info' }),
  mutex.release('pipe_unlock', { path: '->mutex', argType: 'struct pipe_inode_info' }),
  percpuRwsem.acquire('sb_start_pagefault', {
    path: '->s_writers',
    argType: 'struct super_block',
    lockClass: 'sb_pagefaults',
    mode: 'read',
  }),
  percpuRwsem.release('sb_end_pagefault', {
    path: '->s_writers',
    argType: 'struct super_block',
    lockClass: 'sb_pagefaults',
    mode: 'read',
  }),
  percpuRwsem.mayFail('mnt_want_write', 'zero', {
    path: '->mnt_sb->s_writers',
    argType: 'struct vfsmount',
    lockClass: 'sb_writers',
    mode: 'read',
  }),
  percpuRwsem.release('mnt_drop_write', {
    path: '->mnt_sb->s_writers',
    argType: 'struct vfsmount',
    lockClass: 'sb_writers',
    mode: 'read',
  }),
  percpuRwsem.mayFail('mnt_want_write_file', 'zero', {
    path: '->f_path.mnt->mnt_sb->s_writers',
    argType: 'struct file',
    lockClass: 'sb_writers',
    mode: 'read',
  }),
  percpuRwsem.release('mnt_drop_write_file', {
    path: '->f_path.mnt->mnt_sb->s_writers',
    argType: 'struct file',
    lockClass: 'sb_writers',
    mode: 'read',
  }),
  percpuRwsem.acquire('kiocb_start_write', {
    path: '->ki_filp->f_inode->i_sb->s_writers',
    argType: 'struct kiocb',
    lockClass: 'sb_writers',
    mode: 'read',
  }),
  percpuRwsem.release('kiocb_end_write', {
    path: '->ki_filp->f_inode->i_sb->s_writers',
    argType: 'struct kiocb',
    lockClass: 'sb_writers',
    mode: 'read',
  }),
  invalidateLock.acquire('filemap_invalidate_lock'),
  invalidateLock.acquire('filemap_invalidate_lock_shared', { mode: 'read' }),
  invalidateLock.tryLock('filemap_invalidate_trylock_shared', 'nonzero', { mode: 'read' }),
  invalidateLock.release('filemap_invalidate_unlock'),
  invalidateLock.release('filemap_invalidate_unlock_shared', { mode: 'read' }),
  mappingRwsem.assertHeld('i_mmap_assert_locked'),
  mappingRwsem.assertHeld('i_mmap_assert_write_locked', { mode: 'write' }),
  mappingRwsem.acquire('i_mmap_lock_read', { mode: 'read' }),
  mappingRwsem.acquire('i_mmap_lock_write'),
  mappingRwsem.tryLock('i_mmap_trylock_read', 'nonzero', { mode: 'read' }),
  mappingRwsem.tryLock('i_mmap_trylock_write', 'nonzero'),
  mappingRwsem.release('i_mmap_unlock_read', { mode: 'read' }),
  mappingRwsem.release('i_mmap_unlock_write'),
  inodeRwsem.acquire('inode_lock'),
  inodeRwsem.acquire('inode_lock_nested', { subclassArg: 1 }),
  inodeRwsem.acquire('inode_lock_shared', { mode: 'read' }),
  inodeRwsem.acquire('inode_lock_shared_nested', { mode: 'read', subclassArg: 1 }),
  inodeRwsem.tryLock('inode_trylock', 'nonzero'),
  inodeRwsem.tryLock('inode_trylock_shared', 'nonzero', { mode: 'read' }),
  inodeRwsem.release('inode_unlock'),
  inodeRwsem.release('inode_unlock_shared', { mode: 'read' }),
  inodeRwsem.mayFail('inode_lock_killable', 'zero'),
  bufferBit.acquire('lock_buffer'),
  bufferBit.tryLock('trylock_buffer', 'nonzero'),
  bufferBit.release('unlock_buffer'),
  sUmount.mayFail('super_lock_excl', 'nonzero'),
  sUmount.mayFail('super_lock_shared', 'nonzero', { mode: 'read' }),
  sUmount.release('super_unlock_excl'),
  sUmount.release('super_unlock_shared', { mode: 'read' }),
  sbWriters.acquire('sb_start_write', { mode: 'read' }),
  sbWriters.release('sb_end_write', { mode: 'read' }),
  sbWriters.tryLock('sb_start_write_trylock', 'nonzero', { mode: 'read' }),
  // With the level as an argument; those who use these themselves mean writers.
  sbWriters.acquire('__sb_start_write', { mode: 'read' }),
  sbWriters.tryLock('__sb_start_write_trylock', 'nonzero', { mode: 'read' }),
  sbWriters.release('__sb_end_write', { mode: 'read' }),
  sbWriters.release('__sb_writers_release', { mode: 'read' }),
  sbWriters.tryLock('__sb_writers_acquired', 'nonzero', { mode: 'read', uncheckedHolds: true }),
  sbInternal.acquire('sb_start_intwrite', { mode: 'read' }),
  sbInternal.release('sb_end_intwrite', { mode: 'read' }),
  sbInternal.tryLock('sb_start_intwrite_trylock', 'nonzero', { mode: 'read' }),
  fileSbWriters.acquire('file_start_write', { mode: 'read' }),
  fileSbWriters.release('file_end_write', { mode: 'read' }),
  fileSbWriters.tryLock('file_start_write_trylock', 'nonzero', { mode: 'read' }),
];
