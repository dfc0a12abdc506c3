import { RTNL } from '../classes.js';
import type { LockApi } from '../types.js';
import { mutex, rwlock, spinlock } from './families.js';

const rtnl = mutex.of({ implicit: RTNL });
const skLock = mutex.of({ path: '->sk_lock', argType: 'struct sock' });
const xmitLock = spinlock.of({ path: '->_xmit_lock', argType: 'struct netdev_queue' });
const slock = spinlock.of({ path: '->sk_lock.slock', argType: 'struct sock' });
const devlinkLock = mutex.of({ path: '->lock', argType: 'struct devlink' });
const netdevLock = mutex.of({ path: '->lock', argType: 'struct net_device' });
const hciDev = mutex.of({ path: '->lock', argType: 'struct hci_dev' });
const rfcommDlc = mutex.of({ path: '->lock', argType: 'struct rfcomm_dlc' });
const addrListLock = spinlock.of({ path: '->addr_list_lock', argType: 'struct net_device' });
const txGlobalLock = spinlock.of({ path: '->tx_global_lock', argType: 'struct net_device' });

/** Networking: rtnl, sockets, transmit queues, netlink. */
export const netApis: readonly LockApi[] = [
  mutex.acquire('genl_lock', { implicit: 'net/netlink/genetlink.c:genl_mutex' }),
  mutex.release('genl_unlock', { implicit: 'net/netlink/genetlink.c:genl_mutex' }),
  mutex.acquire('hci_req_sync_lock', { path: '->req_lock', argType: 'struct hci_dev' }),
  mutex.release('hci_req_sync_unlock', { path: '->req_lock', argType: 'struct hci_dev' }),
  mutex.acquire('l2cap_chan_lock', { path: '->lock', argType: 'struct l2cap_chan' }),
  mutex.release('l2cap_chan_unlock', { path: '->lock', argType: 'struct l2cap_chan' }),
  mutex.assertHeld('lockdep_assert_wiphy', { path: '->mtx', argType: 'struct wiphy' }),
  mutex.acquire('wiphy_lock', { path: '->mtx', argType: 'struct wiphy' }),
  mutex.release('wiphy_unlock', { path: '->mtx', argType: 'struct wiphy' }),
  rwlock.acquire('netlink_table_grab', { implicit: 'nl_table_lock' }),
  rwlock.release('netlink_table_ungrab', { implicit: 'nl_table_lock' }),
  rtnl.assertHeld('ASSERT_RTNL'),
  rtnl.release('__rtnl_unlock'),
  rtnl.mayFail('refcount_dec_and_rtnl_lock', 'nonzero', { lastReference: true }),
  rtnl.acquire('rtnl_lock'),
  rtnl.mayFail('rtnl_lock_interruptible', 'zero'),
  rtnl.mayFail('rtnl_lock_killable', 'zero'),
  rtnl.acquire('rtnl_net_lock'),
  rtnl.release('rtnl_net_unlock'),
  rtnl.tryLock('rtnl_trylock', 'nonzero'),
  rtnl.release('rtnl_unlock'),
  skLock.acquire('__lock_sock_fast'),
  skLock.acquire('lock_sock'),
  skLock.acquire('lock_sock_fast'),
  skLock.acquire('lock_sock_fast_nested', { subclass: 1 }),
  skLock.acquire('lock_sock_nested', { subclassArg: 1 }),
  skLock.release('release_sock'),
  skLock.assertNotHeld('sock_not_owned_by_me'),
  skLock.assertHeld('sock_owned_by_me'),
  skLock.release('unlock_sock_fast'),
  xmitLock.acquire('__netif_tx_lock'),
  xmitLock.acquire('__netif_tx_lock_bh', { bh: true }),
  xmitLock.tryLock('__netif_tx_trylock', 'nonzero'),
  xmitLock.release('__netif_tx_unlock'),
  xmitLock.release('__netif_tx_unlock_bh', { bh: true }),
  slock.acquire('bh_lock_sock'),
  slock.acquire('bh_lock_sock_nested', { subclass: 1 }),
  slock.release('bh_unlock_sock'),
  devlinkLock.assertHeld('devl_assert_locked'),
  devlinkLock.acquire('devl_lock'),
  devlinkLock.tryLock('devl_trylock', 'nonzero'),
  devlinkLock.release('devl_unlock'),
  hciDev.acquire('hci_dev_lock'),
  hciDev.release('hci_dev_unlock'),
  netdevLock.acquire('netdev_lock'),
  netdevLock.acquire('netdev_lock_ops'),
  netdevLock.release('netdev_unlock'),
  netdevLock.release('netdev_unlock_ops'),
  rfcommDlc.acquire('rfcomm_dlc_lock'),
  rfcommDlc.release('rfcomm_dlc_unlock'),
  addrListLock.acquire('netif_addr_lock'),
  addrListLock.acquire('netif_addr_lock_bh', { bh: true }),
  addrListLock.release('netif_addr_unlock'),
  addrListLock.release('netif_addr_unlock_bh', { bh: true }),
  addrListLock.acquire('netif_addr_lock_nested'),
  txGlobalLock.acquire('netif_tx_lock'),
  txGlobalLock.acquire('netif_tx_lock_bh', { bh: true }),
  txGlobalLock.release('netif_tx_unlock'),
  txGlobalLock.release('netif_tx_unlock_bh', { bh: true }),
];
