import type { LockApi } from '../types.js';
import { mutex, wwMutex } from './families.js';

const dmaResvLock = wwMutex.of({ path: '->lock', argType: 'struct dma_resv' });
const drmModesetLockMutex = wwMutex.of({ path: '->mutex', argType: 'struct drm_modeset_lock' });

/** DRM, dma-resv, TTM, frame buffers. */
export const graphicsApis: readonly LockApi[] = [
  mutex.acquire('lock_fb_info', { path: '->lock', argType: 'struct fb_info' }),
  mutex.release('unlock_fb_info', { path: '->lock', argType: 'struct fb_info' }),
  mutex.acquire('DRM_MODESET_LOCK_ALL_BEGIN', { path: '->mode_config.mutex' }),
  mutex.release('DRM_MODESET_LOCK_ALL_END', { path: '->mode_config.mutex' }),
  mutex.acquire('drm_modeset_lock_all', { path: '->mode_config.mutex', argType: 'struct drm_device' }),
  mutex.release('drm_modeset_unlock_all', { path: '->mode_config.mutex', argType: 'struct drm_device' }),
  wwMutex.mayFail('ttm_bo_reserve', 'zero', {
    nestArg: 3,
    uncheckedHolds: true,
    path: '->base.resv->lock',
    argType: 'struct ttm_buffer_object',
  }),
  wwMutex.release('ttm_bo_unreserve', { path: '->base.resv->lock', argType: 'struct ttm_buffer_object' }),
  dmaResvLock.mayFail('dma_resv_lock', 'zero', { uncheckedHolds: true, nestArg: 1 }),
  dmaResvLock.mayFail('dma_resv_lock_interruptible', 'zero', { nestArg: 1 }),
  dmaResvLock.acquire('dma_resv_lock_slow', { nestArg: 1 }),
  dmaResvLock.mayFail('dma_resv_lock_slow_interruptible', 'zero', { nestArg: 1 }),
  dmaResvLock.tryLock('dma_resv_trylock', 'nonzero'),
  dmaResvLock.release('dma_resv_unlock'),
  dmaResvLock.assertHeld('dma_resv_assert_held'),
  drmModesetLockMutex.mayFail('drm_modeset_lock', 'zero', { uncheckedHolds: true, nestArg: 1 }),
  drmModesetLockMutex.init('drm_modeset_lock_init'),
  drmModesetLockMutex.mayFail('drm_modeset_lock_single_interruptible', 'zero'),
  drmModesetLockMutex.release('drm_modeset_unlock'),
];
