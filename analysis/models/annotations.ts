import { words } from './words.js';

/** Lock annotations at a function's declarator. */
export const lockAnnotations: ReadonlySet<string> = new Set(
  words(`
    __must_hold __must_hold_shared __must_not_hold __acquires __acquires_shared __releases
    __releases_shared __cond_acquires __cond_acquires_shared __cond_releases __guarded_by
    __pt_guarded_by __acquired_before __acquired_after __excludes __acquire_ret
  `),
);

/** Words in declarations that mean nothing here. */
export const attributes: ReadonlySet<string> = new Set(
  words(`
    __init __exit __initdata __exitdata __initconst __initdata_or_module __initconst_or_module
    __init_or_module __devinit __devexit __devinitdata __devinitconst __devexitdata __cpuinit
    __cpuinitdata __cpuexit __meminit __meminitdata __meminitconst __memexit __ref __refdata __refconst
    __net_init __net_exit __net_initdata __net_exitdata __latent_entropy __sched __lockfunc __kprobes
    __irq_entry __softirq_entry __exception_irq_entry noinstr __noinstr __always_inline
    __inline_maybe_unused __noinline noinline noinline_for_stack noinline_if_stackdepot
    __no_kasan_or_inline __no_sanitize_or_inline __cold __hot __pure __const __attribute_const__
    __malloc __noreturn __always_unused __maybe_unused __unused __used __must_check __deprecated __weak
    __visible __packed __aligned_largest __user __kernel __iomem __percpu __rcu __force __nocast __safe
    __private __bitwise __bitwise__ __read_mostly __ro_after_init __cacheline_aligned
    __cacheline_aligned_in_smp ____cacheline_aligned ____cacheline_aligned_in_smp
    ____cacheline_internodealigned_in_smp __page_aligned_data __page_aligned_bss __nosavedata
    __data_racy __randomize_layout __no_randomize_layout __designated_init __nonstring __uninitialized
    __no_caller_saved_registers __no_kcsan __no_kasan __no_kmsan_checks __no_profile
    __no_sanitize_address __no_sanitize_coverage __no_sanitize_memory __no_sanitize_thread
    __no_sanitize_undefined __no_stack_protector __nocfi __noclone __noinitretpoline __noipa
    __noretpoline __noscs __flatten __naked __gnu_inline __efiapi __overloadable
    __disable_sanitizer_instrumentation __signed __signed__ notrace __notrace_funcgraph asmlinkage
    fastcall __init_memblock __initdata_memblock __ARCH_COMPAT_FLOCK64_PACK __extension__ __restrict
    __restrict__ __volatile __volatile__ __const__ __init_refok __exit_refok __init_task_data
    __init_thread_info __initmv __head __bpf_kfunc __cpuidle __xipram __exitused __exit_call noipa
    nokprobe_inline __function_aligned __inline __inline__ XZ_EXTERN XZ_FUNC ZEXPORT ZEXTERN
    FORCE_INLINE STATIC STATIC_RW_DATA ACPI_SYSTEM_XFACE ACPI_INTERNAL_XFACE ACPI_INTERNAL_VAR_XFACE
    ACPI_UNUSED_VAR __hidden _Noreturn constexpr restrict
  `),
);

/** The same with an argument list. */
export const attributeCalls: ReadonlySet<string> = new Set(
  words(`
    __attribute__ __attribute __declspec _Alignas alignas __aligned __alias __alloc_size __alloc_size__
    __realloc_size __assume_aligned __cleanup __compiletime_error __compiletime_warning __copy
    __counted_by __counted_by_le __counted_by_be __sized_by __diagnose_as __pass_object_size
    __pass_dynamic_object_size __mode __printf __scanf __section __cacheline_group_begin
    __cacheline_group_end __free __no_sanitize __ACPI_PRINTF ACPI_PRINTF_LIKE __nonnull
    CACHELINE_PADDING
  `),
);
