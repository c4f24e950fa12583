import { visibleControls } from '@shared/consoles/visible-controls.js';
import { Failure, describeError } from '@shared/errors/paddock-error.js';
import { consoleCommand } from './commands/console.js';
import { debugCommand } from './commands/debug.js';
import { doctorCommand } from './commands/doctor.js';
import { foreignCommand } from './commands/foreign.js';
import { copyCommand, execCommand, toolsCommand } from './commands/guest.js';
import { hostCommand } from './commands/host.js';
import { logsCommand } from './commands/logs.js';
import { mconsoleCommand } from './commands/mconsole.js';
import { runCommand } from './commands/run.js';
import { diskCommand } from './commands/disk.js';
import { layerCommand } from './commands/layer.js';
import { imageCommand } from './commands/image.js';
import { jobCommand } from './commands/job.js';
import { labCommand } from './commands/lab.js';
import { networkCommand } from './commands/network.js';
import { kernelCommand } from './commands/kernel.js';
import { testRunCommand } from './commands/testrun.js';
import { trashCommand } from './commands/trash.js';
import { vmCommand } from './commands/vm.js';
import { UsageError } from './usage.js';
import { ResumableFailure, wayOn } from './wait-job.js';

const HELP = `paddock: User Mode Linux machines from the command line

  paddock vm create NAME [--image tiny|NAME|/PATH | --folder /PATH | --computer] [--copy] [--layer ID] [--count N] [--memory MB]
                         [--kernel KERNEL] [--consoles N] [--console LINE[=CHANNEL] ...] [--nic WHERE ...]
                         [--guest-tools] [--start]
                                   --copy: on a full copy of the image; --layer: on a free layer of the library;
                                   --count: several on one base, NAME-1 and so on
                                   --folder /PATH [--read-only]: boots a folder, whose files its guest changes;
                                   --computer: a shell in a copy of this computer's own files, of which nothing is kept;
                                   LINE: con0 to con15, ssl0 to ssl15; CHANNEL: tab (also when left out), null, pts,
                                   xterm, port:N, tty:/DEVICE, fd:/IN,fd:/OUT (either may be null)
                                   WHERE: internet[,reach-host][,forward=[udp:][ADDRESS:]PORT:GUESTPORT ...], a network's
                                   name[,forward=...], tap:NAME, transport:NAME,OPTION=VALUE,... or none; one a card
  paddock vm list [--json]
  paddock vm show NAME [--json]
  paddock vm start NAME ...        after those that it starts after; returns when its kernel runs
  paddock vm stop NAME ... [--timeout S]
                                   asks the guest to shut down, and halts it after S seconds (30); returns when it is off
  paddock vm kill NAME ...         forces it off
  paddock vm restart NAME ...      shuts it down and starts it again
  paddock vm pause|resume NAME ...
  paddock vm take-memory NAME MB   so much is taken from a guest that runs, and this computer has it; 0 gives it back
  paddock vm delete NAME ... [--yes]   for good; more than one, or by --group, --tag or --all: with --yes only
                                   for several, with all of these: names, or --group G, --tag T, --all; a line for each
  paddock vm set NAME [--seccomp default|on|auto|off] [--cpus N] [--time-travel off|skip-idle|inf-cpu]
                         [--arg WORD ...|--no-args]
                                   how its kernel runs, and more arguments for it
  paddock vm set NAME [--share PATH[:ro|:rw][,name=N] ...] [--no-share N ...]
                                   folders for its guest, read-only unless :rw is said, from the next start on
  paddock vm set NAME [--memory MB] [--kernel KERNEL [--plan]] [--group G|--no-group] [--tag T ...|--no-tags]
                      [--pin auto|off|CPU] [--memory-folder PATH|--no-memory-folder] [--autostart|--no-autostart]
                      [--after OTHER[:running|:login|:message=TEXT] ...|--no-after]
                      [--console LINE[=CHANNEL] ...] [--no-console LINE ...] [--nic WHERE ...|--no-nics]
                                   --kernel tells first what changes with it; --plan: only that
  paddock vm lines NAME [--json]   where its lines lead now, and how to open them
  paddock vm plug NAME LINE        makes a line of a running machine a tab
  paddock vm unplug NAME LINE      takes one away
  paddock vm events NAME [--run N] [--follow]
  paddock vm command-line NAME     the exact command that starts it
  paddock console NAME [con0] [--detach-key ctrl-a]
                                   Ctrl+] leaves it, or the key that is given
  paddock console NAME con0 [--send TEXT] [--expect REGEX] ... [--timeout S]
                                   in the order given; TEXT knows \\n (Enter), \\t, \\\\, \\xHH;
                                   prints what was read
  paddock console NAME [con0] --log [--run N] [--follow] [--plain] [--times]
                                   its whole log, byte for byte, of all kept runs or of one; --plain: without
                                   escape sequences; --times: with the time of each line; --follow: goes on
  paddock logs NAME [con0] [--run N] [--json]
                                   what there is of it
  paddock logs NAME [con0] [--run N] --search TEXT|--regex RE [--match-case] [--json]
                                   newest first; without a console, in all of them
  paddock logs NAME [con0] [--run N] --marks [--json]
                                   the first error and the panics of each run
  paddock logs NAME [con0] [--run N] --save FILE [--plain] [--times]
                                   overwrites nothing
  paddock mconsole NAME [COMMAND]  its management console; without a command, which there are
  paddock debug NAME [--symbols VMLINUX [--trust-scripts] | --own-symbols]
                                   gdb on its kernel: it goes on, Ctrl+C stops it, Ctrl+] lets go of it;
                                   --trust-scripts: runs the vmlinux-gdb.py beside the file
  paddock debug NAME --strace [--only all|files|network]
                                   the system calls of its kernel's own threads
  paddock debug NAME --reports [--json]
                                   what its kernel reported of itself in the newest run, with source lines
  paddock exec NAME [--timeout S] -- COMMAND ARGUMENT ...
                                   in its guest, by the guest tools; ends with its exit code
  paddock copy [--force] NAME:/PATH PATH
  paddock copy [--force] PATH NAME:/PATH
                                   a file out of its guest, or into it
  paddock tools install NAME       adds the guest tools to a stopped machine
  paddock run list NAME [--json]   the kept runs, newest first
  paddock run show NAME [N] [--json]
  paddock run search NAME TEXT [--json]
                                   in the console logs of all kept runs, whatever its case
  paddock run compare NAME A B [--json]
  paddock run export NAME [N] [--to PATH]
                                   one tar.gz to attach to a bug report
  paddock run delete NAME N
  paddock foreign list [--json]    machines started outside Paddock
  paddock foreign pause|resume|halt|kill|adopt UMID
  paddock network list [--json]
  paddock network show NAME [--json]
  paddock network create NAME [--internet] [--reach-host] [--subnet 10.77.1.0/24] [--carrier auto|namespace|vde]
                                   a switch for any number of machines; --reach-host: they reach programs of this
                                   computer that listen on 127.0.0.1
  paddock network create NAME --cable
                                   a cable between two machines
  paddock network set NAME [--name NEW] [--note TEXT] [--internet|--no-internet] [--reach-host|--no-reach-host]
                           [--subnet S] [--carrier C]
  paddock network delete NAME
  paddock network impair NETWORK MACHINE[:UNIT] [--delay 20ms] [--jitter 2ms] [--loss 1%] [--rate 10mbit] | --clear
                                   makes a link worse, each way, at once and for later starts
  paddock network measure NETWORK MACHINE[:UNIT] OTHER[:UNIT]
                                   speed and latency between two guests with guest tools, by iperf3 or busybox's nc
  paddock network capture start NETWORK MACHINE[:UNIT] [--size 64m] [--seconds S] [--wait]
                                   what goes over a link, into a file, until it is stopped, full or time is up
  paddock network capture stop|open|delete ID
                                   open: in Wireshark
  paddock network capture list [--json] | show ID [--packets N] [--json] | save ID FILE
  paddock network facts [--json]   what networks can be made with on this computer
  paddock network transports [--json]
                                   all ways of moving frames, the kernels that have each, and those not offered
  paddock network translate MACHINE --kernel KERNEL [--save]
                                   what becomes of its cards with another kernel
  paddock network host-setup [--json]
                                   what only root can make: what was made, and the taps there are
  paddock network host-setup tap NAME [--address 192.168.77.1/24] [--show|--run|--undo]
  paddock network host-setup bridge NAME --bridge BR [--interface IF] [--show|--run|--undo]
                                   a tap in a bridge; with --interface the bridge is made around it
  paddock network host-setup veth NAME --peer P [--address A] [--show|--run|--undo]
  paddock network host-setup kernel NAME --kernel KERNEL [--show|--run|--undo]
                                   --show (when nothing is said): the exact list; --run: as root, or through pkexec,
                                   which asks; --undo: takes it back

  paddock lab list [--json]
  paddock lab up FILE|NAME [--trust]
                                   makes the networks and machines of a lab, and starts it (docs/labs.md); --trust: also
                                   one whose machines reach programs of this computer, or are reached from elsewhere
  paddock lab show NAME [--json]
  paddock lab stop NAME|FILE       shuts its machines down; they stay
  paddock lab down NAME|FILE       ends and removes everything that was made of it
  paddock lab export NAME [FILE]
  paddock lab import FOLDER [FILE] a lab of Netkit or Kathara as a lab file

  paddock layer list [--json]      bases, layers on them, snapshots, and how each is
  paddock layer info LAYER|/PATH [--json]
                                   LAYER: a machine (its first layer), NAME:N (its disk N), an id, a free layer's name
  paddock layer create NAME --base IMAGE|/PATH [--note TEXT]
  paddock layer branch LAYER NAME [--note TEXT]
                                   a copy of what it holds now, on the same base
  paddock layer snapshot MACHINE [--note TEXT]
                                   also while it runs
  paddock layer restore MACHINE --to SNAPSHOT|--pristine [--drop]
                                   what it has now becomes a snapshot, or with --drop goes to the trash
  paddock layer note LAYER TEXT
  paddock layer trash LAYER|SNAPSHOT
  paddock layer merge LAYER --to IMAGE [--engine uml_moo|fast] [--verify] [--move-over] [--dry-run]
                                   --move-over: its machine goes on, on the new image, with an empty layer
  paddock layer merge LAYER --into-base --confirm BASE [--engine uml_moo|fast] [--dry-run]
                                   breaks every other layer on the base; --dry-run names them
  paddock layer repair LAYER [--plan] [--by restore-time|repoint|resume-merge|give-up-base|trash]
                       [--confirm BASE]
                                   --plan says what each would change; a base is given up by its name only
  paddock layer rebase LAYER [--base /PATH] [--plan]
                                   to where its base is now
  paddock disk list NAME [--json]
  paddock disk add NAME --layer IMAGE|--free-layer ID|--copy IMAGE|--empty MB|--swap MB|--file /PATH
                        [--unit N] [--flags rsdct] [--serial TEXT]
                                   a machine that runs has it at once
  paddock disk change NAME ubdN [--flags rsdct] [--serial TEXT|--no-serial]
  paddock disk remove NAME ubdN
  paddock trash list [--json] | restore ID | empty ID|--all
  paddock image list [--json] | show IMAGE [--json] | rename IMAGE NEW
  paddock image recipes [--json]   how images can be made
  paddock image recipe NAME|./FILE [--save|--remove]
                                   prints it; --save keeps it under its name
  paddock image build NAME|./FILE [--name IMAGE] [--password-file USER=FILE ...] [--plan] [--quiet] [--json]
                                   --plan: what it would do, need and run
  paddock image build --from PATH [--name IMAGE] [--plan] [--quiet] [--json]
                                   of a tar, an OCI layout, what docker saves, an initramfs or a disk, as it is
  paddock image inspect PATH [--json]
                                   what a file is: a root file system, a disk ...
  paddock image customise IMAGE [--password-file root=FILE|--no-password|--lock-root] [--hostname H]
                                [--put FILE:/PATH[:MODE] ...] [--remove /PATH ...] [--modules KERNEL]
                                [--deb FILE ...] [--purge PACKAGE ...]
  paddock image ls IMAGE [/PATH] [--json] | get IMAGE /PATH FILE
  paddock image check IMAGE [--repair] | compact IMAGE | grow IMAGE MB | checksum IMAGE
                                   check exits with 1 when it found something and didn't mend it
  paddock image convert IMAGE FILE.qcow2 | export IMAGE FILE | import FILE [--name IMAGE]
  paddock image note IMAGE TEXT | trash IMAGE
  paddock kernel list [--json]
  paddock kernel probe KERNEL [--json]
                                   what it can do, and why not; KERNEL, everywhere: a path with a / in it, or the version or the
                                   library’s name of a known one
  paddock kernel get SUITE [--mirror URL] [--accept-stale] [--quiet] [--json]
                                   Debian's kernel of a suite (bookworm, trixie, sid), checked and without root
  paddock kernel build [--tree PATH | --debian SUITE] [--defconfig NAME] [--option ID] ... [--no-options] [--fragment FILE]
                       [--name N] [--jobs N] [--mirror URL] [--accept-stale] [--plan] [--quiet] [--json]
                                   out of a source tree, or Debian's; NAME: defconfig, allnoconfig (the smallest), or a
                                   file of arch/um/configs; --plan: what it would do, with the commands
  paddock kernel rebuild KERNEL [--boot MACHINE] [--plan] [--quiet] [--json]
                                   only what changed since; --boot: then starts a machine with it
  paddock kernel options [--json]  the options that builds are offered
  paddock kernel sources [--remove SUITE] [--json]
                                   Debian's sources that are kept for building
  paddock kernel add /PATH [--json]
  paddock kernel remove KERNEL
  paddock kernel bench [--kernel KERNEL ...] [--mode default|seccomp=on|seccomp=off ...] [--pinned yes|no|both]
                       [--no-native] [--operation NAME ...] [--starts N] [--rounds N] [--ms N] [--quiet] [--json]
                                   what system calls cost on this computer and on kernels, kept on one CPU and not
  paddock kernel bench list [--json]
  paddock kernel bench show ID [--csv] [--json]
  paddock kernel bench compare ID ID [--json]
  paddock kernel bench remove ID
  paddock kernel kunit --kernel KERNEL [--filter SUITE[.CASE]] [--memory MB] [--extra WORD ...] [--timeout S] [--json]
                                   boots a kernel that has KUnit, without a disk, and tells how its tests went;
                                   1 when one failed, as with all that run tests
  paddock kernel kunit --tree /PATH [--filter G] [--kunitconfig PATH] [--kconfig-add CONFIG_X=Y ...] [--no-mmu]
                       [--jobs N] [--timeout S] [--json]
                                   builds one by the tree's kunit.py first
  paddock testrun start NAME [--timeout S] [--json] -- COMMAND ARGUMENT ...
                                   in a guest with the guest tools: kselftest, LTP, whatever prints KTAP or TAP
  paddock testrun list [--json] | show RUN [--json] | log RUN | remove RUN
                                   RUN: an id, its beginning, or last
  paddock testrun again RUN [--failed] [--json]
  paddock testrun compare RUN RUN [--json]
                                   what got worse (exit code 1), better, is new or gone
  paddock testrun save RUN FILE [--ktap]
                                   as JSON, or what was printed
  paddock job list [--json] | show ID [--json]
                                   long work of the host, such as builds, whoever began it
  paddock job retry ID [--quiet] [--json]
                                   goes on where it failed, when what was wrong is put right
  paddock job cancel ID | clear ID
                                   clear: takes one that has ended off the list, with what is kept for going on
  paddock doctor [--json]          is this computer ready for User Mode Linux?
  paddock doctor --fix CHECK FIX   mends what Paddock can mend itself
  paddock host start|status|quit   start: with your session, for machines that start by themselves

Machines run on when a command ends. Exit codes: 0 done, 1 refused, failed or nothing found,
2 called wrongly.
`;

const commands: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  vm: vmCommand,
  console: consoleCommand,
  debug: debugCommand,
  logs: logsCommand,
  mconsole: mconsoleCommand,
  exec: execCommand,
  copy: copyCommand,
  tools: toolsCommand,
  run: runCommand,
  foreign: foreignCommand,
  layer: layerCommand,
  network: networkCommand,
  lab: labCommand,
  disk: diskCommand,
  trash: trashCommand,
  image: imageCommand,
  kernel: kernelCommand,
  testrun: testRunCommand,
  job: jobCommand,
  doctor: doctorCommand,
  host: hostCommand,
};

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(HELP);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    process.stdout.write(`${PADDOCK_VERSION}\n`);
    return 0;
  }
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) throw new UsageError(`there is no command ${name}`);
    await command(args);
    // A command that found something wrong without failing, as `doctor` does, has said so here.
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof Failure) {
      const { sentence, fix } = describeError(error.error);
      const detail = error.error.detail;
      const lines = detail
        ? [`  ${detail.command.join(' ')}`, ...detail.lastLines.map((line) => `  ${line}`)]
        : [];
      const goOn =
        error instanceof ResumableFailure ? [`Put it right and go on with: ${wayOn(error.jobId)}`] : [];
      const text = [`paddock: ${sentence}`, ...lines, ...(fix ? [fix] : []), ...goOn].join('\n');
      // A guest's words may be quoted in it.
      process.stderr.write(`${visibleControls(text)}\n`);
      return 1;
    }
    // parseArgs of Node throws plain TypeErrors with codes of this beginning.
    const wrongly =
      error instanceof UsageError || String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS');
    process.stderr.write(
      `paddock: ${(error as Error).message}\n${wrongly ? '“paddock help” shows how.\n' : ''}`,
    );
    return wrongly ? 2 : 1;
  }
}

process.stdout.on('error', () => process.exit(0)); // a closed pipe, as with `| head`
process.exitCode = await main(process.argv.slice(2));
