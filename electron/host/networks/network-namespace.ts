import { readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import type { Forward } from '@shared/networks/forward.js';
import { UPLINK } from '@shared/networks/namespace-plan.js';
import type { FdEvents } from '../platform/fd-events.js';
import { isAlive } from '../platform/processes.js';
import { runProgram } from '../platform/run-program.js';
import { endHelper, startHelper, type Helper } from './helper-process.js';

const LIMIT_MS = 10_000;

/**
 * The one network namespace that all networks of this user's machines are in: a machine on several networks is a process
 * in one namespace (docs/decisions/0029). It exists as long as its holder and the machines in it.
 */
export class NetworkNamespace {
  constructor(
    /** Where its sockets and logs are. */
    private readonly folder: string,
    private readonly mark: string,
    private readonly events: FdEvents,
  ) {}

  holder: Helper | null = null;
  /** Which namespace it is, as /proc has it; null until somebody looked. */
  private identity: string | null = null;
  /** slirp4netns: the way into the internet. */
  uplink: Helper | null = null;

  get isUp(): boolean {
    return this.holder !== null && isAlive(this.holder);
  }

  /** Makes it, if it isn't there. Throws Failure `tool-failed`. */
  async make(): Promise<void> {
    if (this.isUp) return;
    const hold =
      'echo 1 > /proc/sys/net/ipv4/ip_forward; ip link set lo up; echo >&3; exec 3>&-; exec sleep infinity';
    this.uplink = null;
    this.holder = await startHelper(
      'namespace',
      ['unshare', '--user', '--map-root-user', '--net', '--', 'sh', '-c', hold],
      { mark: this.mark, logPath: join(this.folder, 'namespace.log'), ready: true },
    );
    this.recognise();
    // Bridged frames are no business of the rules for routed ones; absent where that module isn't loaded.
    await this.run([
      'sh',
      '-c',
      'f=/proc/sys/net/bridge/bridge-nf-call-iptables; [ ! -e $f ] || echo 0 > $f',
    ]);
  }

  /** Notes down which namespace the holder is in, so that it is found again without it. */
  recognise(): void {
    this.identity = this.holder && namespaceOf(this.holder.pid);
  }

  /**
   * Holds it anew after the holder was ended: it goes on for as long as some process is in it. False when none of these
   * is. Throws Failure `tool-failed`.
   */
  async holdAgain(insiders: readonly number[]): Promise<boolean> {
    const target = insiders.find((pid) => this.identity !== null && namespaceOf(pid) === this.identity);
    if (target === undefined) return false;
    this.holder = await startHelper(
      'namespace',
      [...enter(target), 'sh', '-c', 'echo >&3; exec 3>&-; exec sleep infinity'],
      { mark: this.mark, logPath: join(this.folder, 'namespace.log'), ready: true },
    );
    return true;
  }

  /** Lets it go; what is in it goes with the last of its processes. */
  async remove(): Promise<void> {
    await this.closeUplink();
    if (this.holder) await endHelper(this.events, this.holder);
    this.holder = null;
  }

  /** The words before an argv that have it run in the namespace, as root there and as the user here. */
  get words(): string[] {
    if (this.holder === null) throw new Error('there is no namespace');
    return enter(this.holder.pid);
  }

  /** Runs a program in it. */
  async run(argv: readonly string[], input?: string): Promise<string> {
    return runProgram([...this.words, ...argv] as [string, ...string[]], {
      timeoutMs: LIMIT_MS,
      ...(input === undefined ? {} : { input }),
    });
  }

  /** Carries out lines of ip(8), all or up to the first that fails. */
  async ip(lines: readonly string[]): Promise<void> {
    if (lines.length > 0) await this.run(['ip', '-batch', '-'], `${lines.join('\n')}\n`);
  }

  /** Opens the way into the internet. */
  async openUplink(): Promise<void> {
    if (this.uplink !== null && isAlive(this.uplink)) return;
    const pid = this.holder?.pid;
    this.uplink = await startHelper(
      'slirp4netns',
      [
        'slirp4netns',
        '--configure',
        '--mtu=65520',
        '--ready-fd=3',
        `--api-socket=${this.apiSocket}`,
        String(pid),
        UPLINK.device,
      ],
      { mark: this.mark, logPath: join(this.folder, 'slirp4netns.log'), ready: true },
    );
  }

  /** Closes it. */
  async closeUplink(): Promise<void> {
    if (this.uplink) await endHelper(this.events, this.uplink);
    this.uplink = null;
  }

  /** Has a port of this computer lead to one of the namespace. Returns the number by which it is taken away. */
  async addForward({ protocol, hostAddress, hostPort }: Forward, entryPort: number): Promise<number> {
    const said = await this.ask('add_hostfwd', {
      proto: protocol,
      host_addr: hostAddress,
      host_port: hostPort,
      guest_addr: UPLINK.address,
      guest_port: entryPort,
    });
    const id = (said as { return?: { id?: unknown } }).return?.id;
    if (typeof id !== 'number')
      throw failure('forward-refused', { address: hostAddress, port: hostPort, why: whyOf(said) });
    return id;
  }

  /** Takes one away. */
  async removeForward(id: number): Promise<void> {
    await this.ask('remove_hostfwd', { id });
  }

  private get apiSocket(): string {
    return join(this.folder, 'slirp4netns.sock');
  }

  /** slirp4netns answers one request a connection, and closes it (slirp4netns(1), API SOCKET). */
  private ask(execute: string, args: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.apiSocket);
      let said = '';
      socket.setTimeout(LIMIT_MS, () => socket.destroy(new Error('slirp4netns does not answer')));
      socket.once('connect', () => socket.write(JSON.stringify({ execute, arguments: args })));
      socket.on('data', (bytes) => {
        said += bytes.toString('utf8');
      });
      socket.once('error', reject);
      socket.once('end', () => {
        try {
          resolve(JSON.parse(said));
        } catch {
          reject(new Error('slirp4netns answered what it should not'));
        }
      });
    });
  }
}

/** The words before an argv that have it run in the namespaces of a process. */
function enter(pid: number): [string, ...string[]] {
  return ['nsenter', '--target', String(pid), '--user', '--net', '--preserve-credentials', '--'];
}

/** The network namespace that a process is in, as a word; null when that can't be known. */
function namespaceOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return null;
  }
}

function whyOf(said: unknown): string {
  const text = (said as { error?: { desc?: unknown } }).error?.desc;
  return typeof text === 'string' && /add_hostfwd/.test(text)
    ? 'something else listens there'
    : 'it was refused';
}
