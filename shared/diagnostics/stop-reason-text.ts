import { assertNever } from '../assert-never.js';
import type { StopReason } from './stop-reason.js';

/** A stop in words. */
export interface StopText {
  /** Two or three words for the list and the divider: "clean poweroff". */
  short: string;
  /** One sentence: what happened. */
  sentence: string;
  /** One sentence: what to do about it; '' when there is nothing to do. */
  fix: string;
}

/** What to tell a person about a stop. */
export function stopReasonText(reason: StopReason): StopText {
  switch (reason.code) {
    case 'poweroff':
      return { short: 'clean poweroff', sentence: 'The guest powered itself off.', fix: '' };
    case 'halted':
      return {
        short: 'halted',
        sentence: 'It was halted from outside; the guest had no chance to shut down.',
        fix: 'Its file system recovers from its journal at the next start.',
      };
    case 'forced':
      return {
        short: 'forced off',
        sentence: 'It was forced off; the guest had no chance to shut down.',
        fix: 'Its file system recovers from its journal at the next start.',
      };
    case 'shutdown-timeout':
      return {
        short: reason.isForced ? 'no shutdown, forced off' : 'no shutdown, halted',
        sentence: `It didn’t shut down within ${reason.seconds} s and was ${reason.isForced ? 'forced off' : 'halted'}.`,
        fix: 'What its kernel could still write is written. Give it longer the next time: Wait longer, or paddock vm stop --timeout.',
      };
    case 'panic':
      return {
        short: 'panic',
        sentence: `The kernel panicked: ${reason.text}`,
        fix: 'The lines before the panic in con0 say where. Start it again, or try another kernel.',
      };
    case 'no-root':
      return {
        short: 'no root file system',
        sentence: 'The kernel found no root file system on its disk and gave up.',
        fix: 'Check that the image holds a file system that this kernel has built in.',
      };
    case 'no-init':
      return {
        short: 'no init',
        sentence: 'The root file system has no init that this kernel can run.',
        fix: 'Use an image with /sbin/init, /etc/init, /bin/init or /bin/sh for this architecture.',
      };
    case 'init-not-runnable':
      return {
        short: 'init can’t run here',
        sentence: `The kernel found ${reason.init} but can’t run it: ${reason.text}`,
        fix: 'Use an image for this architecture. A kernel without an MMU runs position-independent programs of musl only.',
      };
    case 'init-ended':
      return {
        short: 'init ended',
        sentence: `The first process of the guest ended, and no kernel goes on without it: ${reason.text}`,
        fix: 'The last lines of con0 say what init did before it ended.',
      };
    case 'disk-missing':
      return {
        short: 'disk missing',
        sentence: `It couldn’t open the file of its disk ${reason.device}.`,
        fix: 'Put the file back where it was and make it readable for you, then start again.',
      };
    case 'kasan':
      return {
        short: 'memory error',
        sentence: `Its kernel’s memory checker found an error: ${reason.text}.`,
        fix: 'Show the kernel report: it has the call trace, and who allocated and freed the memory.',
      };
    case 'disk-locked':
      return {
        short: reason.pid === null ? 'disk locked' : `disk locked by pid ${reason.pid}`,
        sentence: `It couldn’t open its disk: ${reason.pid === null ? 'something else' : `process ${reason.pid}`} holds the lock.`,
        fix: 'End that process or stop the machine that uses the disk, then start again. Nothing was written.',
      };
    case 'base-changed':
      return {
        short: 'base changed',
        sentence: `The base image is not the one that the layer was made on: ${reason.text}.`,
        fix: 'Put the original base back, or make the machine anew. Nothing was written.',
      };
    case 'memory-too-small':
      return {
        short: 'too little memory',
        sentence: 'This kernel needs more memory than the machine has.',
        fix: 'Give it at least 128 MB.',
      };
    case 'memory-file-full':
      return {
        short: 'memory folder full',
        sentence: 'The folder that holds the machine’s memory ran full, so the host ended it.',
        fix: 'Free space in /dev/shm, or give the machines less memory.',
      };
    case 'memory-file-noexec':
      return {
        short: 'memory folder noexec',
        sentence: 'The folder that holds the machine’s memory is mounted noexec, and UML runs code from it.',
        fix: 'Run: mount -o remount,exec /dev/shm (as root), then start again.',
      };
    case 'ptrace-forbidden':
      return {
        short: 'ptrace forbidden',
        sentence: 'This host doesn’t let UML trace its own processes.',
        fix: 'Allow ptrace: in a container add the capability SYS_PTRACE; else set kernel.yama.ptrace_scope to 1 or 0.',
      };
    case 'processor-too-new':
      return {
        short: 'processor too new',
        sentence:
          'This processor has AMX, whose registers kernels before 6.13 can’t give back to their programs, so the guest’s first one died.',
        fix: 'Use a kernel from 6.13 on, or a Paddock that was built with wide-xstate.so: npm run setup builds it where a C compiler is.',
      };
    case 'nommu-seccomp':
      return {
        short: 'seccomp without an MMU',
        sentence: 'A kernel without an MMU crashes at once with seccomp=, although its help lists it.',
        fix: 'Take seccomp= out of its arguments.',
      };
    case 'nommu-zpoline':
      return {
        short: 'address 0 is forbidden',
        sentence:
          'This kernel catches system calls at address 0 (zpoline), which this computer lets no program use.',
        fix: 'Root could allow it with sysctl vm.mmap_min_addr=0, which takes a protection of the whole computer away; Paddock never does that. A kernel that uses seccomp for it needs nothing.',
      };
    case 'nommu-memory':
      return {
        short: 'no memory in one piece',
        sentence: `${reason.program} wanted ${Math.ceil(reason.bytes / 1024 / 1024)} MB in one piece, which a kernel without an MMU must have free together.`,
        fix: 'Give the machine more memory, or the program less to do.',
      };
    case 'wrong-umid':
      return {
        short: 'name in use',
        sentence:
          'A machine outside Paddock has this name already, so the kernel took a random one and was ended.',
        fix: 'Stop the other one, or give this machine another name.',
      };
    case 'killed':
      return {
        short: `killed by ${reason.signal}`,
        sentence: `Something outside Paddock ended it with ${reason.signal}.`,
        fix: 'Its file system recovers from its journal at the next start.',
      };
    case 'stub-killed':
      return {
        short: 'a process of it was killed',
        sentence:
          'One of the processes that its guest’s programs run in was killed from outside, and the kernel can’t go on without it.',
        fix: 'Start it again. If it happens again, look for what ends processes on this computer: a script, a limit, a guard of its memory.',
      };
    case 'host-out-of-memory':
      return {
        short: 'out of memory',
        sentence:
          'This computer, or the memory group it runs in, ran out of memory, and Linux killed the machine.',
        fix: 'Stop other machines or programs, or give the machines less memory.',
      };
    case 'exited':
      return {
        short: `exit code ${reason.exitCode}`,
        sentence:
          reason.lastLine === ''
            ? `The kernel ended with code ${reason.exitCode} and said nothing.`
            : `The kernel ended with code ${reason.exitCode}. The last it said: ${reason.lastLine}`,
        fix: 'Look at its output, and check its memory and its kernel.',
      };
    case 'reboot-failed':
      return {
        short: 'reboot failed',
        sentence:
          'User Mode Linux failed to restart in place, as it does now and then, so it was started again.',
        fix: 'Use Restart, which starts a new process, instead of a reboot from inside.',
      };
    case 'not-started':
      return { short: 'did not start', sentence: `It could not be started: ${reason.message}`, fix: '' };
    case 'unseen':
      return {
        short: 'ended unseen',
        sentence: 'It ended while no Paddock host was there to see how.',
        fix: 'The end of con0 may say more.',
      };
    default:
      return assertNever(reason);
  }
}
