import type { LoopMacro } from './types.js';
import { words } from './words.js';

/** A loop: the cursor, other arguments assigned in each round, names. */
type Row = readonly [cursor: number, others: readonly number[], names: string];

/** Loops over the objects that embed a list node, by the argument that is the list's head. */
const overEntries: readonly (readonly [head: number | undefined, ...row: Row])[] = [
  [
    undefined,
    0,
    [],
    `
      hlist_for_each_entry_continue hlist_for_each_entry_continue_rcu
      hlist_for_each_entry_continue_rcu_bh hlist_for_each_entry_from hlist_for_each_entry_from_rcu
      llist_for_each_entry rht_for_each_entry rht_for_each_entry_rcu
    `,
  ],
  [
    undefined,
    0,
    [1],
    `
      hlist_nulls_for_each_entry_from llist_for_each_entry_safe rbtree_postorder_for_each_entry_safe
    `,
  ],
  [
    undefined,
    0,
    [1, 2],
    `
      rht_for_each_entry_safe
    `,
  ],
  [
    1,
    0,
    [],
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
    2,
    0,
    [1],
    `
      hlist_bl_for_each_entry hlist_bl_for_each_entry_rcu hlist_for_each_entry_safe
      hlist_nulls_for_each_entry hlist_nulls_for_each_entry_rcu hlist_nulls_for_each_entry_safe
      list_for_each_entry_safe list_for_each_entry_safe_continue list_for_each_entry_safe_from
      list_for_each_entry_safe_reverse plist_for_each_entry_safe resource_list_for_each_entry_safe
      rhl_for_each_entry_rcu rht_for_each_entry_from rht_for_each_entry_rcu_from
      sk_for_each_entry_offset_rcu
    `,
  ],
  [
    3,
    0,
    [1, 2],
    `
      hlist_bl_for_each_entry_safe
    `,
  ],
];

/** Other loops. */
const overValues: readonly Row[] = [
  [
    0,
    [],
    `
    CAP_FOR_EACH_U32 CIRCLEQ_FOREACH CIRCLEQ_FOREACH_REVERSE LIST_FOREACH NCSI_FOR_EACH_DEV
    SLIST_FOREACH STAILQ_FOREACH TAILQ_FOREACH TAILQ_FOREACH_REVERSE __for_each_mem_range
    __for_each_mem_range_rev __hlist_for_each_rcu __rq_for_each_bio __shost_for_each_device
    amdgpu_bo_list_for_each_entry amdgpu_bo_list_for_each_userptr_entry anon_vma_interval_tree_foreach
    at91_for_each_port ata_for_each_dev ata_for_each_link ax25_for_each ax25_uid_for_each
    bio_for_each_segment_all bio_list_for_each blk_queue_for_each_rl cgroup_for_each_live_child
    cgroup_taskset_for_each cgroup_taskset_for_each_leader cpufreq_for_each_entry
    cpufreq_for_each_valid_entry css_for_each_child css_for_each_descendant_post
    css_for_each_descendant_pre damon_for_each_region damon_for_each_region_from damon_for_each_scheme
    damon_for_each_target dapm_kcontrol_for_each_path dma_fence_chain_for_each dma_fence_unwrap_for_each
    drbd_for_each_overlap drm_atomic_crtc_for_each_plane drm_atomic_crtc_state_for_each_plane
    drm_client_for_each_modeset drm_for_each_crtc drm_for_each_crtc_reverse drm_for_each_encoder
    drm_for_each_encoder_mask drm_for_each_fb drm_for_each_legacy_plane drm_for_each_plane
    drm_for_each_plane_mask drm_for_each_privobj drm_mm_for_each_node drm_mm_for_each_node_in_range
    dsa_hsr_foreach_port dsa_lag_foreach_port dsa_lags_foreach_id dsa_switch_for_each_available_port
    dsa_switch_for_each_cpu_port dsa_switch_for_each_cpu_port_continue_reverse dsa_switch_for_each_port
    dsa_switch_for_each_port_continue_reverse dsa_switch_for_each_user_port dsa_tree_for_each_cpu_port
    dsa_tree_for_each_user_port dsa_tree_for_each_user_port_continue_reverse
    fec_for_each_prealloc_buffer for_each_acpi_dev_match for_each_active_drhd_unit for_each_active_irq
    for_each_and_bit for_each_andnot_bit for_each_bio for_each_bucket for_each_cgroup_storage_type
    for_each_clamp_id for_each_clear_bit for_each_clear_bit_from for_each_cmsghdr for_each_comp_order
    for_each_compatible_node for_each_component for_each_connection for_each_connection_rcu
    for_each_console for_each_cpu for_each_cpu_and for_each_cpu_andnot for_each_cpu_node_but
    for_each_cpu_not for_each_cpu_worker_pool for_each_cpu_wrap for_each_dma_cap_mask for_each_drhd_unit
    for_each_dsi_phy for_each_dsi_port for_each_dyn_event for_each_efi_memory_desc for_each_element
    for_each_element_extid for_each_element_id for_each_entity for_each_event for_each_evictable_lru
    for_each_fl_continue_rcu for_each_free_mem_pfn_range_in_zone for_each_free_mem_range
    for_each_free_mem_range_reverse for_each_func_rsrc for_each_gem_engine for_each_ggtt_vma
    for_each_hda_codec_node for_each_hist_field for_each_hist_key_field for_each_hist_val_field
    for_each_hpd_pin for_each_hrrq for_each_hstate for_each_ip_tunnel_rcu for_each_irq_nr for_each_irqts
    for_each_lru for_each_matching_node for_each_matching_node_and_match for_each_mem_cgroup
    for_each_mem_cgroup_tree for_each_mem_pfn_range for_each_mem_range for_each_mem_range_rev
    for_each_mem_region for_each_mixer_elem for_each_mle_subelement for_each_net
    for_each_net_continue_reverse for_each_net_rcu for_each_node for_each_node_by_name
    for_each_node_by_type for_each_node_mask for_each_node_state for_each_node_with_cpus
    for_each_node_with_property for_each_object for_each_of_allnodes for_each_of_cpu_node
    for_each_online_cpu for_each_online_node for_each_online_pgdat for_each_pci_bridge for_each_pci_dev
    for_each_pcm_streams for_each_peer_device for_each_peer_device_rcu for_each_phy_masked
    for_each_physmem_range for_each_pool_worker for_each_populated_zone for_each_port
    for_each_port_masked for_each_possible_blade for_each_possible_cpu
    for_each_possible_hypervisor_cpuid_base for_each_power_domain for_each_present_cpu
    for_each_prime_number for_each_prime_number_from for_each_process for_each_pwq for_each_qlogicpti
    for_each_reserved_mem_range for_each_reserved_mem_region for_each_resource_rcu for_each_root
    for_each_sched_entity for_each_sched_rt_entity for_each_sd_topology for_each_set_bit
    for_each_set_bit_from for_each_set_bit_wrap for_each_set_clump8 for_each_sibling_event
    for_each_signaler for_each_ss_steering for_each_subelement for_each_subelement_extid
    for_each_subelement_id for_each_task_context_nr for_each_tracing_cpu for_each_uabi_class_engine
    for_each_uabi_engine for_each_unbuddied_list for_each_waiter for_each_wakeup_source for_each_zone
    foreach_vmbus_pkt fsnotify_foreach_iter_type gadget_for_each_ep hlist_for_each
    in_dev_for_each_ifa_rcu in_dev_for_each_ifa_rtnl inet_bind_bucket_for_each intel_for_each_global_obj
    ip6mr_for_each_table ipmr_for_each_table key_for_each klist_for_each_entry klp_for_each_patch
    list_for_each list_for_each_codec list_for_each_container_module list_for_each_continue
    list_for_each_entry_rcu_locked list_for_each_prev list_for_each_rcu list_for_each_table_entry
    list_for_each_xattr llist_for_each media_device_for_each_entity media_device_for_each_intf
    media_device_for_each_link media_device_for_each_pad mlx4_foreach_ib_transport_port
    mlx4_foreach_port msi_for_each_desc netdev_for_each_mc_addr netdev_for_each_synced_mc_addr
    netdev_for_each_synced_uc_addr netdev_for_each_uc_addr netdev_hw_addr_list_for_each
    netlbl_af4list_foreach netlbl_af4list_foreach_rcu netlbl_af6list_foreach netlbl_af6list_foreach_rcu
    nilfs_for_each_segbuf_before nlmsg_for_each_attr nr_neigh_for_each nr_node_for_each
    page_chain_for_each pcl_for_each_chunk pcl_for_each_segment pcm_for_each_format
    perf_event_groups_for_each plist_for_each plist_for_each_continue pnp_for_each_card pnp_for_each_dev
    priolist_for_each_request radix_tree_for_each_slot radix_tree_for_each_tagged rb_for_each
    rcu_for_each_leaf_node rcu_for_each_node_breadth_first rdev_for_each rdev_for_each_rcu
    rdev_for_each_safe rhl_for_each_rcu rht_for_each rht_for_each_from rht_for_each_rcu
    rht_for_each_rcu_from rq_for_each_bvec rq_for_each_segment service_range_foreach_match
    shost_for_each_device sk_for_each sk_for_each_bound sk_for_each_bound_bhash2 sk_for_each_from
    sk_for_each_rcu snd_pcm_group_for_each_entry snd_soc_dapm_for_each_direction
    trace_probe_for_each_link trace_probe_for_each_link_rcu twsk_for_each_bound_bhash2
    usbhs_for_each_pipe usbhs_for_each_pipe_with_dcp v4l2_device_for_each_subdev
    vma_interval_tree_foreach xt_ematch_foreach xt_entry_foreach zorro_for_each_dev
  `,
  ],
  [
    0,
    [1],
    `
    __for_each_sgt_daddr damon_for_each_region_safe damon_for_each_scheme_safe
    damon_for_each_target_safe dma_fence_array_for_each do_for_each_ftrace_rec
    drm_atomic_crtc_state_for_each_plane_state drm_mm_for_each_node_safe dsa_switch_for_each_port_safe
    for_each_clear_bitrange for_each_clear_bitrange_from for_each_connection_safe for_each_css
    for_each_dyn_event_safe for_each_e_css for_each_entity_safe for_each_hash_entry for_each_host
    for_each_irq_desc for_each_irq_desc_reverse for_each_migratetype_order for_each_peer_device_safe
    for_each_pool for_each_resource_safe for_each_rsnd_mod for_each_rsnd_mod_array
    for_each_rsnd_mod_arrays for_each_rt_rq for_each_set_bitrange for_each_set_bitrange_from
    for_each_sgt_daddr for_each_sgt_page for_each_subsys for_each_xbitmap_extent for_each_zone_zonelist
    for_each_zone_zonelist_nodemask foreach_grant_safe hlist_for_each_safe
    intel_atomic_crtc_state_for_each_plane_state key_for_each_safe klp_for_each_patch_safe
    kvm_for_each_memslot list_for_each_codec_safe list_for_each_prev_safe list_for_each_safe
    llist_for_each_safe netlbl_af4list_foreach_safe netlbl_af6list_foreach_safe
    nft_pipapo_for_each_field nft_rule_dp_for_each_expr nft_rule_for_each_expr nr_neigh_for_each_safe
    nr_node_for_each_safe page_chain_for_each_safe plist_for_each_safe priolist_for_each_request_consume
    rdev_for_each_list sk_for_each_bound_safe sk_for_each_safe sk_nulls_for_each sk_nulls_for_each_from
    sk_nulls_for_each_rcu xbc_array_for_each_value xbc_for_each_key_value
  `,
  ],
  [
    0,
    [1, 2],
    `
    bio_for_each_integrity_vec for_each_gen_type_zone for_each_host_safe
  `,
  ],
  [
    0,
    [2],
    `
    FOREACH_ACL_ENTRY __bio_for_each_bvec __bio_for_each_segment bio_for_each_bvec bio_for_each_bvec_all
    bio_for_each_segment bip_for_each_vec cpufreq_for_each_efficient_entry_idx
    cpufreq_for_each_entry_idx cpufreq_for_each_valid_entry_idx fifo_for_each for_each_bvec
    for_each_cached_btree for_each_engine for_each_fw_domain for_each_gt for_each_l3cc
    for_each_memory_region for_each_mocs for_each_rsnd_clk for_each_rsnd_clkout for_each_rsnd_cmd
    for_each_rsnd_ctu for_each_rsnd_dai for_each_rsnd_dvc for_each_rsnd_mix for_each_rsnd_src
    for_each_rsnd_ssi for_each_rsnd_ssiu nft_setelem_expr_foreach nla_for_each_nested
    shdma_for_each_chan usb3_for_each_ep usbhsg_for_each_uep usbhsg_for_each_uep_with_dcp
    usbhsh_for_each_udev usbhsh_for_each_udev_with_dev0
  `,
  ],
  [
    0,
    [2, 3],
    `
    drm_mm_for_each_hole
  `,
  ],
  [
    0,
    [3],
    `
    for_each_engine_masked for_each_fw_domain_masked nla_for_each_attr nlmsg_for_each_msg
  `,
  ],
  [
    0,
    [4],
    `
    gen6_for_each_pde
  `,
  ],
  [
    1,
    [],
    `
    FOR_EACH_QUEUED_ELEMENT NCSI_FOR_EACH_CHANNEL NCSI_FOR_EACH_PACKAGE __for_each_thread
    __pci_dev_for_each_res0 apei_estatus_for_each_section card_for_each_dev device_for_each_child_node
    device_for_each_child_node_scoped dma_resv_for_each_fence_unlocked
    drm_connector_for_each_possible_encoder drm_for_each_bridge_in_chain fec_for_each_buffer
    fec_for_each_extra_buffer for_each_acpi_consumer_dev for_each_action_of_desc for_each_active_vgpu
    for_each_aggr_pgid for_each_available_child_of_node for_each_available_child_of_node_scoped
    for_each_batch_add_order for_each_batch_create_order for_each_board_func_rsrc for_each_buffer_cpu
    for_each_card_auxs for_each_card_components for_each_card_dapms for_each_card_rtds
    for_each_card_widgets for_each_child for_each_child_of_node for_each_child_of_node_scoped
    for_each_combo_phy for_each_combo_phy_reverse for_each_component_dais for_each_cpu_transcoder
    for_each_cpu_transcoder_masked for_each_crtc for_each_dbuf_slice for_each_dbuf_slice_in_mask
    for_each_desc for_each_dev_addr for_each_domain for_each_efi_memory_desc_in_map
    for_each_endpoint_of_node for_each_fabric_cfg for_each_fbc_id for_each_fl_rcu for_each_gpiochip_node
    for_each_intel_crtc for_each_intel_crtc_in_pipe_mask for_each_intel_dp for_each_intel_encoder
    for_each_intel_encoder_mask for_each_intel_encoder_mask_with_psr for_each_intel_encoder_with_psr
    for_each_intel_plane for_each_intel_plane_mask for_each_key for_each_key_filter
    for_each_leaf_node_cpu_mask for_each_leaf_node_possible_cpu for_each_mapped_pfn for_each_mc_mclock
    for_each_mc_rcu for_each_mc_tomb for_each_media_entity_data_link for_each_netdev
    for_each_netdev_continue for_each_netdev_continue_rcu for_each_netdev_continue_reverse
    for_each_netdev_feature for_each_netdev_in_bond_rcu for_each_netdev_rcu for_each_netdev_reverse
    for_each_nonreserved_multicast_dest_pgid for_each_obj_request for_each_of_allnodes_from
    for_each_of_graph_port for_each_of_graph_port_endpoint for_each_online_buffer_cpu for_each_pipe
    for_each_pipe_masked for_each_plane_id_on_crtc for_each_pmc_rcu for_each_pmc_rtnl
    for_each_power_domain_well for_each_power_domain_well_reverse for_each_power_well
    for_each_power_well_reverse for_each_present_section_nr for_each_property_of_node
    for_each_protocol_rcu for_each_psf_mclock for_each_psf_rcu for_each_psf_tomb for_each_resource
    for_each_sas_task for_each_sk_fl_rcu for_each_thread for_each_tunnel_rcu for_each_unicast_dest_pgid
    for_each_valid_link for_each_vma for_each_vma_range for_each_xattr_handler for_each_xfrmi_rcu
    fwnode_for_each_available_child_node fwnode_for_each_child_node fwnode_for_each_parent_node
    fwnode_graph_for_each_endpoint hash_for_each_possible hash_for_each_possible_rcu
    hash_for_each_possible_rcu_notrace hash_for_each_possible_safe hsr_for_each_port
    hsr_for_each_port_rtnl i3c_bus_for_each_i2cdev i3c_bus_for_each_i3cdev idr_for_each_entry_continue
    klp_for_each_func klp_for_each_func_static klp_for_each_object klp_for_each_object_static
    klp_for_each_state kunit_suite_for_each_test_case kvm_for_each_vcpu mas_for_each mci_for_each_dimm
    media_entity_for_each_pad mptcp_for_each_subflow mptcp_for_each_subflow_safe mt_for_each
    netdev_for_each_altname of_for_each_phandle pci_doe_for_each_off protocol_for_each_card
    protocol_for_each_dev rdma_for_each_port rq_list_for_each snd_soc_dapm_widget_for_each_sink_path
    snd_soc_dapm_widget_for_each_source_path srcu_for_each_node_breadth_first tb_path_for_each_hop
    tb_property_for_each tb_switch_for_each_port v4l2_m2m_for_each_dst_buf v4l2_m2m_for_each_src_buf
    virtio_device_for_each_vq vnic_hash_for_each_possible xas_for_each xas_for_each_marked
    xbc_node_for_each_child xbc_node_for_each_subkey
  `,
  ],
  [
    1,
    [0],
    `
    blkg_for_each_descendant_post blkg_for_each_descendant_pre cgroup_for_each_live_descendant_post
    cgroup_for_each_live_descendant_pre cpuset_for_each_child cpuset_for_each_descendant_pre
    do_for_each_event_file do_for_each_event_file_safe flow_action_for_each for_each_active_iommu
    for_each_iommu for_each_isci_host for_each_process_thread for_each_trace_kprobe
    for_each_trace_uprobe tcf_act_for_each_action tcf_exts_for_each_action do_each_thread
  `,
  ],
  [
    1,
    [0, 2],
    `
    for_each_xbitmap_block
  `,
  ],
  [
    1,
    [2],
    `
    __ata_qc_for_each __pci_dev_for_each_res1 ata_qc_for_each ata_qc_for_each_raw
    ata_qc_for_each_with_internal bond_for_each_slave bond_for_each_slave_rcu
    fec_for_each_buffer_rs_block for_each_card_auxs_safe for_each_card_rtds_safe
    for_each_card_widgets_safe for_each_chain_block for_each_child_safe for_each_component_dais_safe
    for_each_kimage_entry for_each_kmem_cache_node for_each_leaf_cfs_rq_safe for_each_netdev_safe
    for_each_node_mask_to_alloc for_each_node_mask_to_free for_each_obj_request_safe
    for_each_pcm_substream for_each_perag_tag for_each_phy for_each_rinfo for_each_sequencer
    for_each_sgtable_dma_sg for_each_sgtable_sg for_each_vif_active_link hctx_for_each_ctx
    idr_for_each_entry idr_for_each_entry_continue_ul klp_for_each_func_safe klp_for_each_object_safe
    netdev_for_each_altname_safe netdev_for_each_lower_dev netdev_for_each_lower_private
    netdev_for_each_lower_private_rcu netdev_for_each_upper_dev_rcu pci_bus_for_each_resource
    queue_for_each_hw_ctx rq_list_for_each_safe usb3_for_each_dma usb_hub_for_each_child
    usbhs_for_each_dfifo v4l2_m2m_for_each_dst_buf_safe v4l2_m2m_for_each_src_buf_safe
    xbc_node_for_each_key_value
  `,
  ],
  [
    1,
    [2, 3],
    `
    for_each_new_connector_in_state for_each_new_crtc_in_state for_each_new_global_obj_in_state
    for_each_new_intel_connector_in_state for_each_new_intel_crtc_in_state
    for_each_new_intel_plane_in_state for_each_new_plane_in_state for_each_new_plane_in_state_reverse
    for_each_new_private_obj_in_state for_each_old_connector_in_state for_each_old_crtc_in_state
    for_each_old_global_obj_in_state for_each_old_intel_plane_in_state for_each_old_plane_in_state
    for_each_old_private_obj_in_state idr_for_each_entry_ul
  `,
  ],
  [
    1,
    [2, 3, 4],
    `
    for_each_oldnew_connector_in_state for_each_oldnew_crtc_in_state for_each_oldnew_global_obj_in_state
    for_each_oldnew_intel_crtc_in_state for_each_oldnew_intel_crtc_in_state_reverse
    for_each_oldnew_intel_plane_in_state for_each_oldnew_plane_in_state
    for_each_oldnew_plane_in_state_reverse for_each_oldnew_private_obj_in_state
  `,
  ],
  [
    1,
    [3],
    `
    __usbhs_for_each_pipe __usbhsg_for_each_uep __usbhsh_for_each_udev for_each_sg scsi_for_each_prot_sg
    scsi_for_each_sg
  `,
  ],
  [
    1,
    [3, 4],
    `
    btrfs_bio_for_each_sector
  `,
  ],
  [
    1,
    [3, 5],
    `
    for_each_sctp_chunk
  `,
  ],
  [
    2,
    [],
    `
    btree_for_each_safe32 btree_for_each_safe64 btree_for_each_safel for_each_connector_on_encoder
    for_each_dpcm_be for_each_dpcm_be_rollback for_each_dpcm_fe for_each_encoder_on_crtc
    for_each_intel_plane_on_crtc for_each_perag_from for_each_pmc_socklock for_each_present_guest_entry
    for_each_present_shadow_entry for_each_shadow_entry for_each_sprite for_each_written_bset
    fsnotify_foreach_iter_mark_type prb_for_each_info prb_for_each_record
    snd_soc_dapm_widget_for_each_path tb_for_each_port_on_path ttm_resource_manager_for_each_res
  `,
  ],
  [
    2,
    [0],
    `
    bpf_for_each_spilled_reg for_each_inode for_each_member for_each_memblock_type for_each_vsi
  `,
  ],
  [
    2,
    [1],
    `
    bpf_for_each_reg_in_vstate devlinks_xa_for_each_registered_get for_each_card_pre_auxs
    for_each_card_prelinks for_each_dapm_widgets for_each_insn_prefix for_each_intel_fbc
    for_each_link_codecs for_each_link_cpus for_each_link_platforms for_each_perag
    for_each_prop_codec_conf for_each_prop_dai_codec for_each_prop_dai_cpu for_each_prop_dlc_codecs
    for_each_prop_dlc_cpus for_each_prop_dlc_platforms for_each_requested_gpio for_each_rtd_codec_dais
    for_each_rtd_components for_each_rtd_cpu_dais for_each_rtd_dais genradix_for_each
    genradix_for_each_from hash_for_each hash_for_each_rcu snd_array_for_each vlan_group_for_each_dev
    vnic_hash_for_each xa_for_each xa_for_each_marked xa_for_each_range xa_for_each_start
    xan_for_each_marked
  `,
  ],
  [
    2,
    [3],
    `
    for_each_active_dev_scope for_each_dev_scope for_each_dpcm_be_safe for_each_link_sta_info
    for_each_power_well_instance_in_desc_list for_each_sta_active_link for_each_sta_info
    of_property_for_each_string of_property_for_each_u32 snd_soc_dapm_widget_for_each_path_safe
    xbc_node_for_each_array_value
  `,
  ],
  [
    3,
    [],
    `
    btree_for_each_safe128 dma_resv_for_each_fence for_each_new_mst_mgr_in_state
    for_each_old_mst_mgr_in_state for_each_perag_range
  `,
  ],
  [
    3,
    [0],
    `
    for_each_member_from for_each_vsi_from
  `,
  ],
  [
    3,
    [1, 2],
    `
    hash_for_each_safe vnic_hash_for_each_safe
  `,
  ],
  [
    3,
    [2, 4],
    `
    for_each_power_well_instance
  `,
  ],
  [
    3,
    [4, 5, 6],
    `
    skb_frag_foreach_page
  `,
  ],
  [
    4,
    [],
    `
    btrfs_for_each_slot for_each_amdgpu_vm_pt_dfs_safe for_each_oldnew_mst_mgr_in_state
  `,
  ],
  [
    4,
    [1],
    `
    for_each_requested_gpio_in_range
  `,
  ],
];

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

const row = (cursorArg: number, assigns: readonly number[]): LoopMacro =>
  assigns.length === 0 ? { cursorArg } : { cursorArg, assigns };

/** The loops known by name. */
export const loops: ReadonlyMap<string, LoopMacro> = new Map([
  ...overValues.flatMap(([cursor, others, names]) =>
    words(names).map((name): [string, LoopMacro] => [name, row(cursor, others)]),
  ),
  ...overEntries.flatMap(([headArg, cursor, others, names]) =>
    words(names).map((name): [string, LoopMacro] => [
      name,
      { ...row(cursor, others), ...(headArg === undefined ? {} : { headArg }), nonNull: true },
    ]),
  ),
]);

/** A loop macro by name; of an unknown one whose name says so only that it is a loop. */
export function loopMacro(name: string): LoopMacro | undefined {
  const known = loops.get(name);
  if (known !== undefined) return known;
  return /for_?each/i.test(name) && !notLoops.has(name) ? {} : undefined;
}
