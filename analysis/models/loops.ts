import type { LoopMacro } from './types.js';
import { words } from './words.js';

/** Loops over the objects that embed a list node: the cursor is the object, `head` the list's head. */
const overEntries: readonly (readonly [cursor: number, head: number | undefined, names: string])[] = [
  [
    0,
    undefined,
    `
      hlist_for_each_entry_continue hlist_for_each_entry_continue_rcu
      hlist_for_each_entry_continue_rcu_bh hlist_for_each_entry_from hlist_for_each_entry_from_rcu
      hlist_nulls_for_each_entry_from llist_for_each_entry llist_for_each_entry_safe
      rbtree_postorder_for_each_entry_safe rht_for_each_entry rht_for_each_entry_rcu
    `,
  ],
  [
    0,
    1,
    `
      hlist_for_each_entry hlist_for_each_entry_rcu hlist_for_each_entry_rcu_bh
      hlist_for_each_entry_rcu_notrace hlist_for_each_entry_srcu list_for_each_entry
      list_for_each_entry_continue list_for_each_entry_continue_rcu list_for_each_entry_continue_reverse
      list_for_each_entry_from list_for_each_entry_from_rcu list_for_each_entry_from_reverse
      list_for_each_entry_lockless list_for_each_entry_rcu list_for_each_entry_reverse
      list_for_each_entry_srcu plist_for_each_entry plist_for_each_entry_continue
      resource_list_for_each_entry sctp_for_each_hentry udp_portaddr_for_each_entry
      udp_portaddr_for_each_entry_rcu
    `,
  ],
  [
    0,
    2,
    `
      hlist_for_each_entry_safe hlist_nulls_for_each_entry_rcu hlist_nulls_for_each_entry_safe
      list_for_each_entry_safe list_for_each_entry_safe_continue list_for_each_entry_safe_reverse
      plist_for_each_entry_safe resource_list_for_each_entry_safe rht_for_each_entry_rcu_from
    `,
  ],
  [
    1,
    undefined,
    `
      rht_for_each_entry_safe
    `,
  ],
  [
    1,
    2,
    `
      hlist_bl_for_each_entry hlist_bl_for_each_entry_rcu hlist_nulls_for_each_entry
      list_for_each_entry_safe_from rhl_for_each_entry_rcu rht_for_each_entry_from
      sk_for_each_entry_offset_rcu
    `,
  ],
  [
    1,
    3,
    `
      hlist_bl_for_each_entry_safe
    `,
  ],
];

/** Other loops, by the position of the cursor. Generated names such as for_each_child_of_node as well. */
const byCursor: Readonly<Record<number, string>> = {
  0: `
    CAP_FOR_EACH_U32 CIRCLEQ_FOREACH CIRCLEQ_FOREACH_REVERSE FOREACH_ACL_ENTRY LIST_FOREACH
    SLIST_FOREACH STAILQ_FOREACH TAILQ_FOREACH TAILQ_FOREACH_REVERSE __for_each_mem_range
    __for_each_mem_range_rev __hlist_for_each_rcu __rq_for_each_bio __shost_for_each_device
    amdgpu_bo_list_for_each_entry amdgpu_bo_list_for_each_userptr_entry anon_vma_interval_tree_foreach
    at91_for_each_port ata_for_each_dev ata_for_each_link ax25_for_each ax25_uid_for_each
    bio_for_each_folio_all bio_for_each_integrity_vec bio_for_each_segment_all bio_list_for_each
    blk_queue_for_each_rl bpf_for_each_spilled_reg cgroup_taskset_for_each
    cgroup_taskset_for_each_leader cpufreq_for_each_efficient_entry_idx cpufreq_for_each_entry
    cpufreq_for_each_entry_idx cpufreq_for_each_valid_entry cpufreq_for_each_valid_entry_idx
    css_for_each_child css_for_each_descendant_post css_for_each_descendant_pre damon_for_each_region
    damon_for_each_region_from damon_for_each_region_safe damon_for_each_scheme
    damon_for_each_scheme_safe damon_for_each_target damon_for_each_target_safe
    dapm_kcontrol_for_each_path displayid_iter_for_each dma_fence_chain_for_each
    dma_fence_unwrap_for_each do_for_each_event_file do_for_each_event_file_safe do_for_each_ftrace_rec
    drbd_for_each_overlap drm_atomic_crtc_for_each_plane drm_atomic_crtc_state_for_each_plane
    drm_client_for_each_connector_iter drm_client_for_each_modeset drm_for_each_connector_iter
    drm_for_each_crtc drm_for_each_crtc_reverse drm_for_each_encoder drm_for_each_encoder_mask
    drm_for_each_fb drm_for_each_legacy_plane drm_for_each_plane drm_for_each_plane_mask
    drm_for_each_privobj drm_mm_for_each_hole drm_mm_for_each_node drm_mm_for_each_node_in_range
    drm_mm_for_each_node_safe dsa_hsr_foreach_port dsa_lag_foreach_port dsa_lags_foreach_id
    dsa_switch_for_each_available_port dsa_switch_for_each_cpu_port
    dsa_switch_for_each_cpu_port_continue_reverse dsa_switch_for_each_port
    dsa_switch_for_each_port_continue_reverse dsa_switch_for_each_port_safe
    dsa_switch_for_each_user_port dsa_tree_for_each_cpu_port dsa_tree_for_each_user_port
    dsa_tree_for_each_user_port_continue_reverse fec_for_each_prealloc_buffer flow_action_for_each
    for_each_acpi_dev_match for_each_active_drhd_unit for_each_active_irq for_each_and_bit
    for_each_andnot_bit for_each_bucket for_each_cgroup_storage_type for_each_clamp_id
    for_each_clear_bit for_each_clear_bit_from for_each_clear_bitrange for_each_clear_bitrange_from
    for_each_cmsghdr for_each_comp_order for_each_compatible_node for_each_component for_each_connection
    for_each_connection_safe for_each_console for_each_cpu for_each_cpu_and for_each_cpu_andnot
    for_each_cpu_not for_each_cpu_worker_pool for_each_cpu_wrap for_each_dma_cap_mask for_each_drhd_unit
    for_each_dsi_phy for_each_dss_dev for_each_dyn_event for_each_dyn_event_safe
    for_each_efi_memory_desc for_each_element for_each_element_extid for_each_element_id for_each_event
    for_each_evictable_lru for_each_fib6_node_rt_rcu for_each_fib6_walker_rt for_each_fl_continue_rcu
    for_each_free_mem_pfn_range_in_zone for_each_free_mem_pfn_range_in_zone_from for_each_free_mem_range
    for_each_free_mem_range_reverse for_each_func_rsrc for_each_gen_type_zone for_each_ggtt_vma
    for_each_hda_codec_node for_each_hist_field for_each_hist_key_field for_each_hist_val_field
    for_each_hpd_pin for_each_hrrq for_each_hstate for_each_inode for_each_ip_tunnel_rcu
    for_each_irq_desc for_each_irq_desc_reverse for_each_irq_nr for_each_irqts for_each_isci_host
    for_each_lru for_each_matching_node for_each_matching_node_and_match for_each_mem_cgroup
    for_each_mem_cgroup_tree for_each_mem_pfn_range for_each_mem_range for_each_mem_range_rev
    for_each_mem_region for_each_member for_each_member_from for_each_memblock_type
    for_each_migratetype_order for_each_mixer_elem for_each_mle_subelement for_each_net
    for_each_net_continue_reverse for_each_net_rcu for_each_node for_each_node_by_name
    for_each_node_by_type for_each_node_mask for_each_node_state for_each_node_with_cpus
    for_each_node_with_property for_each_object for_each_of_allnodes for_each_of_cpu_node
    for_each_online_cpu for_each_online_node for_each_online_pgdat for_each_pci_bridge for_each_pci_dev
    for_each_pcm_streams for_each_peer_device for_each_peer_device_safe for_each_phy_masked
    for_each_physmem_range for_each_populated_zone for_each_possible_blade for_each_possible_cpu
    for_each_possible_hypervisor_cpuid_base for_each_power_domain for_each_present_cpu
    for_each_prime_number for_each_prime_number_from for_each_process for_each_process_thread
    for_each_qlogicpti for_each_reserved_mem_range for_each_reserved_mem_region for_each_resource_safe
    for_each_rsnd_mod for_each_rsnd_mod_array for_each_rsnd_mod_arrays for_each_sd_topology
    for_each_set_bit for_each_set_bit_from for_each_set_bit_wrap for_each_set_bitrange
    for_each_set_bitrange_from for_each_set_clump8 for_each_sibling_event for_each_ss_steering
    for_each_subelement for_each_subelement_extid for_each_subelement_id for_each_task_context_nr
    for_each_tracing_cpu for_each_uabi_class_engine for_each_uabi_engine for_each_unbuddied_list
    for_each_vsi for_each_vsi_from for_each_waiter for_each_wakeup_source for_each_xbitmap_block
    for_each_zone foreach_grant_safe foreach_vmbus_pkt fsnotify_foreach_iter_type gadget_for_each_ep
    hlist_for_each hlist_for_each_safe in_dev_for_each_ifa_rcu in_dev_for_each_ifa_rtnl
    inet_bind_bucket_for_each intel_for_each_global_obj key_for_each key_for_each_safe
    klp_for_each_patch klp_for_each_patch_safe kvm_for_each_memslot_in_gfn_range list_for_each
    list_for_each_codec list_for_each_codec_safe list_for_each_container_module list_for_each_continue
    list_for_each_prev list_for_each_prev_safe list_for_each_rcu list_for_each_safe
    list_for_each_table_entry list_for_each_xattr llist_for_each llist_for_each_safe
    media_device_for_each_entity media_device_for_each_intf media_device_for_each_link
    media_device_for_each_pad mlx4_foreach_ib_transport_port mlx4_foreach_port msi_for_each_desc
    netdev_for_each_mc_addr netdev_for_each_synced_mc_addr netdev_for_each_synced_uc_addr
    netdev_for_each_uc_addr netdev_hw_addr_list_for_each netlbl_af4list_foreach
    netlbl_af4list_foreach_rcu netlbl_af4list_foreach_safe netlbl_af6list_foreach
    netlbl_af6list_foreach_rcu netlbl_af6list_foreach_safe nft_pipapo_for_each_field
    nft_rule_dp_for_each_expr nft_rule_for_each_expr nft_setelem_expr_foreach
    nilfs_for_each_segbuf_before nla_for_each_attr nla_for_each_nested nlmsg_for_each_attr
    nlmsg_for_each_msg nr_neigh_for_each nr_neigh_for_each_safe nr_node_for_each nr_node_for_each_safe
    of_for_each_phandle pcl_for_each_chunk pcl_for_each_segment pcm_for_each_format
    perf_event_groups_for_each plist_for_each plist_for_each_continue plist_for_each_safe
    pnp_for_each_card pnp_for_each_dev priolist_for_each_request priolist_for_each_request_consume
    radix_tree_for_each_slot radix_tree_for_each_tagged rb_for_each rcu_for_each_leaf_node
    rcu_for_each_node_breadth_first rdev_for_each_list rhl_for_each_rcu rht_for_each rht_for_each_from
    rht_for_each_rcu rht_for_each_rcu_from rq_for_each_bvec rq_for_each_segment
    service_range_foreach_match shost_for_each_device sk_for_each sk_for_each_bound
    sk_for_each_bound_bhash2 sk_for_each_bound_safe sk_for_each_from sk_for_each_rcu sk_for_each_safe
    sk_nulls_for_each_from sk_nulls_for_each_rcu snd_pcm_group_for_each_entry
    snd_soc_dapm_for_each_direction tcf_act_for_each_action tcf_exts_for_each_action
    trace_probe_for_each_link twsk_for_each_bound_bhash2 v4l2_device_for_each_subdev
    vma_interval_tree_foreach while_for_each_ftrace_op xbc_for_each_key_value xt_ematch_foreach
    xt_entry_foreach zorro_for_each_dev
  `,
  1: `
    FOR_EACH_QUEUED_ELEMENT __for_each_sgt_daddr __for_each_thread __pci_dev_for_each_res0
    apei_estatus_for_each_section card_for_each_dev device_for_each_child_node
    device_for_each_child_node_scoped devlinks_xa_for_each_registered_get dma_fence_array_for_each
    dma_resv_for_each_fence_unlocked drm_atomic_crtc_state_for_each_plane_state
    drm_atomic_for_each_plane_damage drm_connector_for_each_possible_encoder
    drm_for_each_bridge_in_chain fec_for_each_buffer fec_for_each_extra_buffer
    for_each_acpi_consumer_dev for_each_action_of_desc for_each_active_iommu for_each_aggr_pgid
    for_each_available_child_of_node for_each_available_child_of_node_scoped for_each_batch_add_order
    for_each_batch_create_order for_each_board_func_rsrc for_each_buffer_cpu for_each_card_auxs
    for_each_card_auxs_safe for_each_card_components for_each_card_dapms for_each_card_pre_auxs
    for_each_card_prelinks for_each_card_rtds for_each_card_rtds_safe for_each_card_widgets
    for_each_card_widgets_safe for_each_chain_block for_each_child for_each_child_of_node
    for_each_child_of_node_scoped for_each_child_safe for_each_combo_phy for_each_combo_phy_reverse
    for_each_component_dais for_each_component_dais_safe for_each_cpu_transcoder
    for_each_cpu_transcoder_masked for_each_crtc for_each_css for_each_dapm_widgets for_each_dbuf_slice
    for_each_desc for_each_dev_addr for_each_domain for_each_e_css for_each_efi_memory_desc_in_map
    for_each_endpoint_of_node for_each_fabric_cfg for_each_fbc_id for_each_fl_rcu for_each_gpiochip_node
    for_each_host for_each_insn_prefix for_each_intel_crtc for_each_intel_crtc_in_pipe_mask
    for_each_intel_dp for_each_intel_encoder for_each_intel_encoder_mask for_each_intel_plane
    for_each_intel_plane_mask for_each_iommu for_each_kimage_entry for_each_kmem_cache_node
    for_each_leaf_cfs_rq_safe for_each_link_codecs for_each_link_cpus for_each_link_platforms
    for_each_mapped_pfn for_each_mc_mclock for_each_mc_rcu for_each_mc_tomb
    for_each_media_entity_data_link for_each_netdev for_each_netdev_continue
    for_each_netdev_continue_rcu for_each_netdev_continue_reverse for_each_netdev_feature
    for_each_netdev_in_bond_rcu for_each_netdev_rcu for_each_netdev_reverse for_each_netdev_safe
    for_each_node_mask_to_alloc for_each_node_mask_to_free for_each_nonreserved_multicast_dest_pgid
    for_each_obj_request for_each_obj_request_safe for_each_of_allnodes_from for_each_of_graph_port
    for_each_of_graph_port_endpoint for_each_of_pci_range for_each_online_buffer_cpu
    for_each_pcm_substream for_each_perag_tag for_each_phy for_each_pipe for_each_pipe_masked
    for_each_plane_id_on_crtc for_each_pmc_rcu for_each_pmc_rtnl for_each_pool
    for_each_power_domain_well for_each_power_domain_well_reverse for_each_power_well
    for_each_power_well_reverse for_each_present_section_nr for_each_prop_codec_conf
    for_each_prop_dai_codec for_each_prop_dai_cpu for_each_prop_dlc_codecs for_each_prop_dlc_cpus
    for_each_prop_dlc_platforms for_each_property_of_node for_each_protocol_rcu for_each_psf_mclock
    for_each_psf_rcu for_each_psf_tomb for_each_requested_gpio for_each_requested_gpio_in_range
    for_each_resource for_each_rinfo for_each_rt_rq for_each_rtd_codec_dais for_each_rtd_components
    for_each_rtd_cpu_dais for_each_rtd_dais for_each_sequencer for_each_sg_dma_page for_each_sg_page
    for_each_sgt_daddr for_each_sgt_page for_each_sgtable_dma_page for_each_sgtable_page
    for_each_sk_fl_rcu for_each_subsys for_each_thread for_each_trace_kprobe for_each_trace_uprobe
    for_each_tunnel_rcu for_each_unicast_dest_pgid for_each_valid_link for_each_vma for_each_vma_range
    for_each_xattr_handler for_each_xfrmi_rcu for_each_zone_zonelist for_each_zone_zonelist_nodemask
    fwnode_for_each_available_child_node fwnode_for_each_child_node fwnode_for_each_parent_node
    fwnode_graph_for_each_endpoint genradix_for_each genradix_for_each_from hash_for_each
    hash_for_each_possible hash_for_each_possible_rcu hash_for_each_possible_rcu_notrace
    hash_for_each_possible_safe hash_for_each_rcu hash_for_each_safe i3c_bus_for_each_i2cdev
    i3c_bus_for_each_i3cdev idr_for_each_entry_continue klp_for_each_func klp_for_each_func_safe
    klp_for_each_func_static klp_for_each_object klp_for_each_object_safe klp_for_each_object_static
    klp_for_each_state kunit_suite_for_each_test_case kvm_for_each_memslot kvm_for_each_vcpu
    mas_for_each mci_for_each_dimm media_entity_for_each_pad mt_for_each pci_dev_for_each_resource
    pci_doe_for_each_off protocol_for_each_card protocol_for_each_dev queue_for_each_hw_ctx
    rdma_for_each_block rdma_for_each_port rdma_umem_for_each_dma_block rq_list_for_each
    rq_list_for_each_safe sk_nulls_for_each snd_array_for_each snd_soc_dapm_widget_for_each_sink_path
    snd_soc_dapm_widget_for_each_source_path srcu_for_each_node_breadth_first tb_path_for_each_hop
    tb_property_for_each tb_switch_for_each_port usb_hub_for_each_child v4l2_m2m_for_each_dst_buf
    v4l2_m2m_for_each_dst_buf_safe v4l2_m2m_for_each_src_buf v4l2_m2m_for_each_src_buf_safe
    virtio_device_for_each_vq vlan_group_for_each_dev vnic_hash_for_each vnic_hash_for_each_safe
    xa_for_each xa_for_each_marked xa_for_each_range xa_for_each_start xan_for_each_marked xas_for_each
    xas_for_each_conflict xas_for_each_marked xbc_array_for_each_value xbc_node_for_each_child
    xbc_node_for_each_key_value xbc_node_for_each_subkey do_each_thread
  `,
  2: `
    __ata_qc_for_each __bio_for_each_bvec __bio_for_each_segment __pci_dev_for_each_res1 ata_qc_for_each
    ata_qc_for_each_raw ata_qc_for_each_with_internal bio_for_each_bvec bio_for_each_bvec_all
    bio_for_each_segment bip_for_each_vec bond_for_each_slave bond_for_each_slave_rcu
    bpf_for_each_reg_in_vstate btree_for_each_safe32 btree_for_each_safe64 btree_for_each_safel
    fec_for_each_buffer_rs_block fifo_for_each for_each_bvec for_each_cached_btree for_each_dev_scope
    for_each_dpcm_be for_each_dpcm_be_rollback for_each_dpcm_be_safe for_each_dpcm_fe for_each_engine
    for_each_fw_domain for_each_gt for_each_host_safe for_each_intel_plane_on_crtc for_each_l3cc
    for_each_memory_region for_each_mocs for_each_pmc_socklock for_each_power_well_instance
    for_each_power_well_instance_in_desc_list for_each_present_guest_entry for_each_present_shadow_entry
    for_each_rsnd_clk for_each_rsnd_clkout for_each_rsnd_cmd for_each_rsnd_ctu for_each_rsnd_dai
    for_each_rsnd_dvc for_each_rsnd_mix for_each_rsnd_src for_each_rsnd_ssi for_each_rsnd_ssiu
    for_each_sgtable_dma_sg for_each_sgtable_sg for_each_shadow_entry for_each_sprite
    for_each_vif_active_link for_each_written_bset fsnotify_foreach_iter_mark_type hctx_for_each_ctx
    idr_for_each_entry idr_for_each_entry_continue_ul idr_for_each_entry_ul netdev_for_each_lower_dev
    netdev_for_each_lower_private netdev_for_each_lower_private_rcu netdev_for_each_upper_dev_rcu
    of_property_for_each_string of_property_for_each_u32 pci_bus_for_each_resource prb_for_each_info
    prb_for_each_record shdma_for_each_chan snd_soc_dapm_widget_for_each_path
    snd_soc_dapm_widget_for_each_path_safe tb_for_each_port_on_path ttm_resource_manager_for_each_res
    usb3_for_each_dma usb3_for_each_ep usbhs_for_each_dfifo usbhsg_for_each_uep
    usbhsg_for_each_uep_with_dcp usbhsh_for_each_udev usbhsh_for_each_udev_with_dev0
  `,
  3: `
    __usbhs_for_each_pipe __usbhsg_for_each_uep __usbhsh_for_each_udev btree_for_each_safe128
    btrfs_bio_for_each_sector dma_resv_for_each_fence for_each_active_dev_scope for_each_engine_masked
    for_each_fw_domain_masked for_each_link_sta_info for_each_new_connector_in_state
    for_each_new_crtc_in_state for_each_new_global_obj_in_state for_each_new_intel_connector_in_state
    for_each_new_intel_crtc_in_state for_each_new_intel_plane_in_state for_each_new_mst_mgr_in_state
    for_each_new_plane_in_state for_each_new_plane_in_state_reverse for_each_new_private_obj_in_state
    for_each_old_connector_in_state for_each_old_crtc_in_state for_each_old_global_obj_in_state
    for_each_old_intel_plane_in_state for_each_old_mst_mgr_in_state for_each_old_plane_in_state
    for_each_old_private_obj_in_state for_each_perag_range for_each_sctp_chunk for_each_sg
    for_each_sta_active_link for_each_sta_info scsi_for_each_prot_sg scsi_for_each_sg
    skb_frag_foreach_page xbc_node_for_each_array_value
  `,
  4: `
    btrfs_for_each_slot for_each_oldnew_connector_in_state for_each_oldnew_crtc_in_state
    for_each_oldnew_global_obj_in_state for_each_oldnew_intel_crtc_in_state
    for_each_oldnew_intel_crtc_in_state_reverse for_each_oldnew_intel_plane_in_state
    for_each_oldnew_mst_mgr_in_state for_each_oldnew_plane_in_state
    for_each_oldnew_plane_in_state_reverse for_each_oldnew_private_obj_in_state gen6_for_each_pde
    nanddev_io_for_each_page
  `,
};

/** Functions that take a callback, and conditions, whose names look like loops. */
const notLoops = new Set(
  words(`
    bus_for_each_dev bus_for_each_drv class_for_each_device driver_for_each_device device_for_each_child
    device_for_each_child_reverse device_for_each_child_reverse_from idr_for_each radix_tree_for_each
    ida_for_each vlan_for_each neigh_for_each pneigh_for_each __neigh_for_each_release
    vsock_for_each_connected_socket sctp_for_each_endpoint sctp_for_each_transport wpan_phy_for_each
    nexthop_for_each_fib6_nh i2c_for_each_dev spi_for_each_dev pci_for_each_dma_alias cma_for_each_area
    acpi_nvs_for_each_region acpi_bus_for_each_dev acpi_dev_for_each_child acpi_dev_for_each_child_reverse
    iommu_group_for_each_dev for_each_memory_block gen_pool_for_each_chunk input_handler_for_each_handle
    devres_for_each_res usb_for_each_dev usb_for_each_port dpm_for_each_dev iova_bitmap_for_each
    enclosure_for_each_device iscsi_host_for_each_session starget_for_each_device __starget_for_each_device
    bpf_for_each_map_elem for_each_kernel_tracepoint for_each_tracepoint_in_module for_each_if
  `),
);

const table: ReadonlyMap<string, LoopMacro> = new Map([
  ...overEntries.flatMap(([cursorArg, headArg, names]) =>
    words(names).map((name): [string, LoopMacro] => [
      name,
      headArg === undefined ? { cursorArg, nonNull: true } : { cursorArg, headArg, nonNull: true },
    ]),
  ),
  ...Object.entries(byCursor).flatMap(([cursor, names]) =>
    words(names).map((name): [string, LoopMacro] => [name, { cursorArg: Number(cursor) }]),
  ),
]);

/** A loop macro by name; of an unknown one whose name says so only that it is a loop. */
export function loopMacro(name: string): LoopMacro | undefined {
  const known = table.get(name);
  if (known !== undefined) return known;
  return /for_?each/i.test(name) && !notLoops.has(name) ? {} : undefined;
}
