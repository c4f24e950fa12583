/**
 * What run_kselftest.sh of Debian's linux-source 6.1.192 printed, for kcmp, size with a program that isn't there, sigaltstack
 * and tmpfs (Nov 2026).
 */
export const recordedKselftest = String.raw`TAP version 13
1..1
# selftests: kcmp: kcmp_test
# TAP version 13
# 1..3
# pid1:  25729 pid2:  25730 FD:  1 FILES:  1 VM:  1 FS:  2 SIGHAND:  1 IO:  0 SYSVSEM:  0 INV: -1
# PASS: 0 returned as expected
# PASS: 0 returned as expected
# PASS: 0 returned as expected
# # Totals: pass:3 fail:0 xfail:0 xpass:0 skip:0 error:0
ok 1 selftests: kcmp: kcmp_test
TAP version 13
1..2
# selftests: size: get_size
# TAP version 13
# # Testing system size.
# ok 1 get runtime memory use
# # System runtime memory report (units in Kilobytes):
#  ---
#  Total:  24684084
#  Free:   17380592
#  Buffer: 247212
#  In use: 7056280
#  ...
# 1..1
ok 1 selftests: size: get_size
# selftests: size: not_there
# Warning: file not_there is missing!
not ok 2 selftests: size: not_there
TAP version 13
1..1
# selftests: sigaltstack: sas
# # [NOTE]	the stack size is 59760
# TAP version 13
# 1..3
# ok 1 Initial sigaltstack state was SS_DISABLE
# # [RUN]	signal USR1
# ok 2 sigaltstack is disabled in sighandler
# # [RUN]	switched to user ctx
# # [RUN]	signal USR2
# # [OK]	Stack preserved
# ok 3 sigaltstack is still SS_AUTODISARM after signal
# # Totals: pass:3 fail:0 xfail:0 xpass:0 skip:0 error:0
ok 1 selftests: sigaltstack: sas
TAP version 13
1..1
# selftests: tmpfs: bug-link-o-tmpfile
ok 1 selftests: tmpfs: bug-link-o-tmpfile
`;
