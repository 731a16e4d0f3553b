/* Attacks on the machine, and by other doors of the kernel. */
#include "hostile/hostile.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

TOUCH(run_bpf, SYS_bpf, -1, NULL, 0)
TOUCH(count_events, SYS_perf_event_open, NULL, 0, 0, 0, 0)
TOUCH(use_keys, SYS_keyctl, -1, 0, 0, 0, 0)
TOUCH(add_key, SYS_add_key, "none-such", "x", NULL, 0, 0)
TOUCH(request_key, SYS_request_key, "none-such", "x", NULL, 0)
TOUCH(load_module, SYS_init_module, NULL, 0, "")
TOUCH(load_module_file, SYS_finit_module, -1, "", 0)
TOUCH(drop_module, SYS_delete_module, "none-such", 0)
TOUCH(load_kernel, SYS_kexec_load, 0, 1, NULL, ~0UL)
TOUCH(reboot_machine, SYS_reboot, 1, 2, 3, NULL)
TOUCH(set_time, SYS_settimeofday, NULL, NULL)
TOUCH(set_clock, SYS_clock_settime, -1, NULL)
TOUCH(adjust_clock, SYS_adjtimex, NULL)
TOUCH(name_machine, SYS_sethostname, "", -1)
TOUCH(port_level, SYS_iopl, 9)
TOUCH(port_rights, SYS_ioperm, 0xFFFF, 2, 0)
TOUCH(segment_table, SYS_modify_ldt, 99, NULL, 0)
TOUCH(thread_area, SYS_arch_prctl, 1, 0)
TOUCH(kernel_log, SYS_syslog, 99, NULL, 0)
TOUCH(keep_accounts, SYS_acct, "/none/such")
TOUCH(bound_disks, SYS_quotactl, -1, NULL, 0, NULL)
TOUCH(swap_off, SYS_swapoff, "/none/such")
ASK(name_of_system, SYS_uname, (char[1024]){ 0 })
ASK(memory_of_system, SYS_sysinfo, (char[256]){ 0 })
ASK(time_used, SYS_times, NULL)
TOUCH(number_unknown, 9999)
TOUCH(number_negative, -1)

/* The 32-bit door: 20 is getpid there. */
static bool call_32_bit(const struct target *t)
{
    long number = 20;

    (void)t;
    __asm__ volatile("int $0x80" : "+a"(number) : : "memory", "r8", "r9", "r10", "r11");
    return true;
}

/* open, by its 32-bit number */
static bool open_32_bit(const struct target *t)
{
    long number = 5;

    (void)t;
    __asm__ volatile("int $0x80"
                     : "+a"(number)
                     : "b"(0L), "c"(0L), "d"(0L)
                     : "memory", "r8", "r9", "r10", "r11");
    return true;
}

/* The x32 numbers of calls that are allowed and of one that is not. */
TOUCH(call_x32, 0x40000000L + SYS_getpid)
TOUCH(open_x32, 0x40000000L + SYS_open, "/etc/passwd", 0)

const struct attack hostile_system[] = {
    { "run_bpf", run_bpf, BY_FILTER },
    { "count_events", count_events, BY_FILTER },
    { "use_keys", use_keys, BY_FILTER },
    { "add_key", add_key, BY_FILTER },
    { "request_key", request_key, BY_FILTER },
    { "load_module", load_module, BY_FILTER },
    { "load_module_file", load_module_file, BY_FILTER },
    { "drop_module", drop_module, BY_FILTER },
    { "load_kernel", load_kernel, BY_FILTER },
    { "reboot_machine", reboot_machine, BY_FILTER },
    { "set_time", set_time, BY_FILTER },
    { "set_clock", set_clock, BY_FILTER },
    { "adjust_clock", adjust_clock, BY_FILTER },
    { "name_machine", name_machine, BY_FILTER },
    { "port_level", port_level, BY_FILTER },
    { "port_rights", port_rights, BY_FILTER },
    { "segment_table", segment_table, BY_FILTER },
    { "thread_area", thread_area, BY_FILTER },
    { "kernel_log", kernel_log, BY_FILTER },
    { "keep_accounts", keep_accounts, BY_FILTER },
    { "bound_disks", bound_disks, BY_FILTER },
    { "swap_off", swap_off, BY_FILTER },
    { "name_of_system", name_of_system, BY_FILTER },
    { "memory_of_system", memory_of_system, BY_FILTER },
    { "time_used", time_used, BY_FILTER },
    { "number_unknown", number_unknown, BY_FILTER },
    { "number_negative", number_negative, BY_FILTER },
    { "call_32_bit", call_32_bit, BY_FILTER },
    { "open_32_bit", open_32_bit, BY_FILTER },
    { "call_x32", call_x32, BY_FILTER },
    { "open_x32", open_x32, BY_FILTER },
    { 0 },
};
