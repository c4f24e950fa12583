/**
 * What Linux 6.1.192 of Debian's linux-source printed, built by its kunit.py with a small .kunitconfig and two suites more, of
 * which one fails and one panics (Nov 2026; the boot left out but for a few lines).
 */
export const recordedKunit = String.raw`[    0.000000] Linux version 6.1.192 (build@here) (gcc (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) #2 Fri Nov 27 01:47:09 UTC 2026
[    0.040000] Console initialized on /dev/tty0
[    0.040000] printk: console [tty0] enabled
[    0.040000] printk: console [mc-1] enabled
[    0.040000] KTAP version 1
[    0.040000] 1..16
[    0.040000]     KTAP version 1
[    0.040000]     # Subtest: resource
[    0.040000]     1..2
[    0.040000]     ok 1 resource_test_union
[    0.040000]     ok 2 resource_test_intersection
[    0.040000] # resource: pass:2 fail:0 skip:0 total:2
[    0.040000] # Totals: pass:2 fail:0 skip:0 total:2
[    0.040000] ok 1 resource
[    0.040000]     KTAP version 1
[    0.040000]     # Subtest: sysctl_test
[    0.040000]     1..10
[    0.040000]     ok 1 sysctl_test_api_dointvec_null_tbl_data
[    0.040000]     ok 2 sysctl_test_api_dointvec_table_maxlen_unset
[    0.040000]     ok 3 sysctl_test_api_dointvec_table_len_is_zero
[    0.040000]     ok 4 sysctl_test_api_dointvec_table_read_but_position_set
[    0.040000]     ok 5 sysctl_test_dointvec_read_happy_single_positive
[    0.040000]     ok 6 sysctl_test_dointvec_read_happy_single_negative
[    0.040000]     ok 7 sysctl_test_dointvec_write_happy_single_positive
[    0.040000]     ok 8 sysctl_test_dointvec_write_happy_single_negative
[    0.040000]     ok 9 sysctl_test_api_dointvec_write_single_less_int_min
[    0.040000]     ok 10 sysctl_test_api_dointvec_write_single_greater_int_max
[    0.040000] # sysctl_test: pass:10 fail:0 skip:0 total:10
[    0.040000] # Totals: pass:10 fail:0 skip:0 total:10
[    0.040000] ok 2 sysctl_test
[    0.040000]     KTAP version 1
[    0.040000]     # Subtest: hash
[    0.040000]     1..2
[    0.040000]     ok 1 test_string_or
[    0.040000]     ok 2 test_hash_or
[    0.040000] # hash: pass:2 fail:0 skip:0 total:2
[    0.040000] # Totals: pass:2 fail:0 skip:0 total:2
[    0.040000] ok 3 hash
[    0.040000]     KTAP version 1
[    0.040000]     # Subtest: kunit_executor_test
[    0.040000]     1..4
[    0.040000]     ok 1 parse_filter_test
[    0.040000]     ok 2 filter_suites_test
[    0.040000]     ok 3 filter_suites_test_glob_test
[    0.040000]     ok 4 filter_suites_to_empty_test
[    0.040000] # kunit_executor_test: pass:4 fail:0 skip:0 total:4
[    0.040000] # Totals: pass:4 fail:0 skip:0 total:4
[    0.040000] ok 4 kunit_executor_test
[    0.040000]     KTAP version 1
[    0.040000]     # Subtest: kunit-try-catch-test
[    0.040000]     1..2
[    0.040000]     ok 1 kunit_test_try_catch_successful_try_no_catch
[    0.040000]     ok 2 kunit_test_try_catch_unsuccessful_try_does_catch
[    0.040000] # kunit-try-catch-test: pass:2 fail:0 skip:0 total:2
[    0.040000] # Totals: pass:2 fail:0 skip:0 total:2
[    0.040000] ok 5 kunit-try-catch-test
[    0.040000]     KTAP version 1
[    0.040000]     # Subtest: kunit-resource-test
[    0.040000]     1..8
[    0.040000]     ok 1 kunit_resource_test_init_resources
[    0.040000]     ok 2 kunit_resource_test_alloc_resource
[    0.040000]     ok 3 kunit_resource_test_destroy_resource
[    0.040000]     ok 4 kunit_resource_test_remove_resource
[    0.040000]     ok 5 kunit_resource_test_cleanup_resources
[    0.040000]     ok 6 kunit_resource_test_proper_free_ordering
[    0.040000]     ok 7 kunit_resource_test_static
[    0.040000]     ok 8 kunit_resource_test_named
[    0.040000] # kunit-resource-test: pass:8 fail:0 skip:0 total:8
[    0.040000] # Totals: pass:8 fail:0 skip:0 total:8
[    0.040000] ok 6 kunit-resource-test
[    0.040000]     KTAP version 1
[    0.040000]     # Subtest: kunit-log-test
[    0.040000]     1..1
[    0.040000] put this in log.
[    0.040000] this too.
[    0.040000] add to suite log.
[    0.040000] along with this.
[    0.040000]     ok 1 kunit_log_test
[    0.040000] ok 7 kunit-log-test
[    0.040000]     KTAP version 1
[    0.040000]     # Subtest: kunit_status
[    0.040000]     1..2
[    0.040000]     ok 1 kunit_status_set_failure_test
[    0.040000]     ok 2 kunit_status_mark_skipped_test
[    0.040000] # kunit_status: pass:2 fail:0 skip:0 total:2
[    0.040000] # Totals: pass:2 fail:0 skip:0 total:2
[    0.040000] ok 8 kunit_status
[    0.040000]     KTAP version 1
[    0.040000]     # Subtest: string-stream-test
[    0.040000]     1..3
[    0.040000]     ok 1 string_stream_test_empty_on_creation
[    0.040000]     ok 2 string_stream_test_not_empty_after_add
[    0.040000]     ok 3 string_stream_test_get_string
[    0.040000] # string-stream-test: pass:3 fail:0 skip:0 total:3
[    0.040000] # Totals: pass:3 fail:0 skip:0 total:3
[    0.040000] ok 9 string-stream-test
[    0.040000]     KTAP version 1
[    0.040000]     # Subtest: a_failing
[    0.040000]     1..3
[    0.040000]     ok 1 worse_passes
[    0.040000]     # worse_fails: EXPECTATION FAILED at lib/kunit/kunit-example-test.c:182
[    0.040000]     Expected 1 + 1 == 3, but
[    0.040000]         1 + 1 == 2
[    0.040000]     # worse_fails: EXPECTATION FAILED at lib/kunit/kunit-example-test.c:182
[    0.040000]     Expected "one" == "two", but
[    0.040000]     not ok 2 worse_fails
[    0.040000]     ok 3 worse_skips # SKIP nothing to see here
[    0.040000] # a_failing: pass:1 fail:1 skip:1 total:3
[    0.040000] # Totals: pass:1 fail:1 skip:1 total:3
[    0.040000] not ok 10 a_failing
[    0.040000]     KTAP version 1
[    0.040000]     # Subtest: b_panics
[    0.040000]     1..3
[    0.040000]     ok 1 worse_passes
[    0.040000]     # worse_panics: about to fall
[    0.040000] 
[    0.040000] Pid: 56, comm: kunit_try_catch Tainted: G        W        N 6.1.192
[    0.040000] RIP: 0033:worse_panics+0x40/0x4d
[    0.040000] RSP: 000000007987bf40  EFLAGS: 00010206
[    0.040000] RAX: 0000000000000000 RBX: 0000000079803d40 RCX: 0000000000000000
[    0.040000] RDX: 0000000060334582 RSI: 0000000060334508 RDI: 000000007987be60
[    0.040000] RBP: 0000000060403ec0 R08: 0000000000000001 R09: 0000000000000001
[    0.040000] R10: 0000000000000001 R11: 0000000000000001 R12: 0000000060404128
[    0.040000] R13: 0000000079803a60 R14: 0000000071e760c0 R15: 0000000000000000
[    0.040000] Kernel panic - not syncing: Segfault with no mm
[    0.040000] CPU: 0 PID: 56 Comm: kunit_try_catch Tainted: G        W        N 6.1.192 #2 
[    0.040000] Stack:
[    0.040000]  79803d40 601cb0dd 7987bf80 602ac8bc
[    0.040000]  71e760c0 79803d58 601cbd00 79803d58
[    0.040000]  79803a60 601cbd0b 71c07a80 60054c54
[    0.040000] Call Trace:
[    0.040000]  [<601cb0dd>] ? kunit_try_run_case+0x4d/0x80
[    0.040000]  [<602ac8bc>] ? schedule+0x6c/0xf0
[    0.040000]  [<601cbd00>] ? kunit_generic_run_threadfn_adapter+0x0/0x20
[    0.040000]  [<601cbd0b>] ? kunit_generic_run_threadfn_adapter+0xb/0x20
[    0.040000]  [<60054c54>] ? kthread+0xf4/0x150
[    0.040000]  [<60019e42>] ? new_thread_handler+0x82/0xc0
`;
