/** What real kernels printed: Debian's 6.1.176 and 7.2.7 under User Mode Linux, recorded by this project's own runs. */

/** mconsole `stack 1` of 6.1. */
export const stack61 = String.raw`Stack:
 9d430000 60070dff 9d443c90 6002c2f1
 9d430000 00000000 9d443cf0 606a06cb
 9d443d68 00000000 9d443d40 00000004
Call Trace:
 [<60070dff>] ? assert_clock_updated.isra.0+0x0/0x4b
 [<6002c2f1>] __switch_to+0x50/0x7f
 [<606a06cb>] __schedule+0x51b/0x568
 [<606a01b0>] ? __schedule+0x0/0x568
 [<60045f0e>] ? block_signals+0x0/0xf
 [<606a07e0>] schedule+0xc8/0x115
 [<60045f1d>] ? unblock_signals+0x0/0xbd
 [<606a3ac2>] schedule_hrtimeout_range_clock+0x3d/0xd6
 [<600587cc>] ? recalc_sigpending+0x21/0x61
 [<600587ab>] ? recalc_sigpending+0x0/0x61
 [<60058bdf>] ? dequeue_signal+0xf7/0x154
 [<6002f417>] ? copy_chunk_from_user+0x0/0x2c
 [<60045f1d>] ? unblock_signals+0x0/0xbd
 [<606a3b70>] schedule_hrtimeout_range+0x15/0x17
 [<600594f3>] do_sigtimedwait+0x13b/0x1a4
 [<6005c666>] sys_rt_sigtimedwait+0x80/0xb5
 [<6002cc44>] ? syscall_trace_enter+0x5b/0x72
 [<6002f38f>] handle_syscall+0x79/0xa7
 [<60048bdf>] userspace+0x451/0x570
 [<6002c320>] ? interrupt_end+0x0/0xd5
 [<6069290e>] ? try_to_run_init_process+0x0/0x44
 [<6002c0dd>] new_thread_handler+0xae/0xb0
`;

/** mconsole `stack 1` of 7.2. */
export const stack72 = String.raw`Stack:
 00000000 60a56708 60081fcc 60a56708
 61077cd0 6004051d 600404e5 61083640
 61077d30 607d0f0b 00000006 00000000
Call Trace:
 [<60081fcc>] ? assert_clock_updated.isra.0+0x0/0x43
 [<6004051d>] __switch_to+0x38/0x55
 [<600404e5>] ? __switch_to+0x0/0x55
 [<607d0f0b>] __schedule+0x542/0x590
 [<607d09c9>] ? __schedule+0x0/0x590
 [<607d0f95>] schedule+0x3c/0x60
 [<607d474d>] schedule_hrtimeout_range_clock+0x43/0xd4
 [<60066ebe>] ? recalc_sigpending+0x46/0x69
 [<60067262>] ? dequeue_signal+0xb9/0x110
 [<607d47f3>] schedule_hrtimeout_range+0x15/0x17
 [<6006a865>] sys_rt_sigtimedwait+0x18c/0x246
 [<60055973>] ? um_set_signals+0x0/0x38
 [<601d8c45>] ? do_faccessat+0x282/0x294
 [<600429bd>] handle_syscall+0x72/0x9b
 [<60057d12>] userspace+0x608/0x6a6
 [<601e3a2a>] ? copy_strings_kernel+0x0/0x88
 [<6004053a>] ? interrupt_end+0x0/0xc8
 [<600303cd>] ? try_to_run_init_process+0x0/0x44
 [<6004043b>] new_thread_handler+0x5a/0x5e
`;

/** mconsole `sysrq p` of 6.1. */
export const registers61 = String.raw`sysrq: Show Regs

Modules linked in:
Pid: 0, comm: swapper Not tainted 6.1.176
RIP: 0000:0x0
RSP: 0000000000000000  EFLAGS: 00000000
RAX: 0000000000000000 RBX: 000000000000005f RCX: 0000000000000000
RDX: 0000000000000000 RSI: 0000000000000000 RDI: 0000000000000000
RBP: 0000000060045bbb R08: 0000000000000000 R09: 0000000000000000
R10: 0000000000000000 R11: 0000000000000000 R12: 00000000608cfe10
R13: 00000000a378306a R14: 0000000060a48010 R15: 0000000000000002
`;

/** con0 after `sysrq c` of 6.1, its beginning. */
export const panic61 = String.raw`sysrq: Trigger a crash
Kernel panic - not syncing: sysrq triggered crash
CPU: 0 PID: 0 Comm: swapper Not tainted 6.1.176 #1 
Stack:
 606944ba 607e7fcd 608cee20 6067bb96
 00000016 607e7fcd 60045fda 60a4d154
 00000000 606944ba 608cee50 6069f4e1
Call Trace:
 [<606944ba>] ? _printk+0x0/0x94
 [<6002d37a>] show_stack+0x184/0x193
 [<606944ba>] ? _printk+0x0/0x94
 [<6067bb96>] ? dump_stack_print_info+0xe2/0xf1
 [<60045fda>] ? um_set_signals+0x0/0x3e
 [<606944ba>] ? _printk+0x0/0x94
 [<6069f4e1>] dump_stack_lvl+0x4a/0x58
 [<6069f497>] ? dump_stack_lvl+0x0/0x58
 [<606944ba>] ? _printk+0x0/0x94
 [<6069f509>] dump_stack+0x1a/0x1c
 [<606931e5>] panic+0x197/0x376
 [<606944ba>] ? _printk+0x0/0x94
 [<6069304e>] ? panic+0x0/0x376
 [<6007c4c3>] ? sched_clock_cpu+0x20/0x25
 [<6007115b>] ? update_rq_clock+0x80/0x9f
 [<606944ba>] ? _printk+0x0/0x94
 [<60501ff8>] sysrq_reset_seq_param_set+0x0/0x50
 [<605024fd>] __handle_sysrq+0xcb/0x159
 [<60045fda>] ? um_set_signals+0x0/0x3e
 [<6003b2f9>] ? sysrq_proc+0x0/0x15
`;

/** con0 after `sysrq c` of 7.2, its beginning. */
export const panic72 = String.raw`sysrq: Trigger a crash
Kernel panic - not syncing: sysrq triggered crash
CPU: 0 UID: 0 PID: 0 Comm: swapper/0 Not tainted 7.2.7 #1 VOLUNTARY  
Stack:
 60a538a0 60983b0b 607b940e 60bfb2e0
 60a5c601 60983b0b 60a53958 6003209e
 60a538d0 6003e01d 6093c5c5 60bfb2e0
Call Trace:
 [<6003209e>] ? _printk+0x0/0x45
 [<60041149>] show_stack+0x10b/0x11a
 [<607b940e>] ? dump_stack_print_info+0x0/0x12d
 [<6003209e>] ? _printk+0x0/0x45
 [<6003e01d>] dump_stack_lvl+0x5f/0x7a
 [<6003e052>] dump_stack+0x1a/0x1c
 [<6003093f>] vpanic+0x11e/0x339
 [<6003209e>] ? _printk+0x0/0x45
 [<6003209e>] ? _printk+0x0/0x45
 [<600a78d1>] ? printk_force_console_exit+0x0/0xd
 [<60030b9d>] warn_slowpath_fmt+0x0/0x87
 [<60030b5a>] ? panic+0x0/0x43
 [<605c570d>] sysrq_reset_seq_param_set+0x0/0x50
 [<605c5c6c>] __handle_sysrq+0xc2/0x162
 [<60055973>] ? um_set_signals+0x0/0x38
 [<6004b25f>] ? sysrq_proc+0x0/0x15
 [<6005596a>] ? um_get_signals+0x0/0x9
 [<605c5d35>] handle_sysrq+0x29/0x2b
 [<6004b272>] sysrq_proc+0x13/0x15
 [<6004b919>] with_console+0x69/0xc6
`;

/** A KASAN report in the form of mm/kasan/report.c of 6.12, written by hand: no kernel here was built with it. */
export const kasanReport = String.raw`[    3.141592] ==================================================================
[    3.141593] BUG: KASAN: slab-out-of-bounds in kmalloc_oob_right+0x9c/0x1e0 [kasan_test]
[    3.141594] Write of size 1 at addr 0000000062345678 by task kunit_try_catch/42
[    3.141595]
[    3.141596] CPU: 0 UID: 0 PID: 42 Comm: kunit_try_catch Not tainted 6.12.0 #1
[    3.141597] Call Trace:
[    3.141598]  [<60041149>] show_stack+0x10b/0x11a
[    3.141599]  [<6003e01d>] dump_stack_lvl+0x5f/0x7a
[    3.141600]  [<60412345>] kmalloc_oob_right+0x9c/0x1e0 [kasan_test]
[    3.141601]
[    3.141602] Allocated by task 42:
[    3.141603]  kasan_save_stack+0x2c/0x50
[    3.141604]  kmalloc_oob_right+0x50/0x1e0 [kasan_test]
[    3.141605]
[    3.141606] The buggy address belongs to the object at 0000000062345600
`;
