import type { HandOver } from './types.js';

/** How locks are given away, by class: what ends with an I/O, and what a caller is told to release. */
export const handOvers: ReadonlyMap<string, HandOver> = new Map<string, HandOver>([
  [
    'folio.PG_locked',
    {
      toldBy: ['vm_fault_t'],
      keptIn: ['address_space_operations.write_begin'],
      givenIn: ['address_space_operations.read_folio', 'address_space_operations.writepage'],
      givenTo: [
        'submit_bio',
        'block_read_full_folio',
        'block_write_full_page',
        'mpage_read_folio',
        'read_folio',
      ],
    },
  ],
  [
    'buffer_head.BH_Lock',
    {
      givenBy: ['b_end_io'],
      givenTo: ['submit_bh', 'submit_bh_wbc', 'll_rw_block', 'write_dirty_buffer', 'bh_read_nowait'],
    },
  ],
  [
    'mm_struct.mmap_lock',
    { givenTo: ['handle_mm_fault', 'fixup_user_fault', 'get_user_pages_remote', 'faultin_page'] },
  ],
]);
