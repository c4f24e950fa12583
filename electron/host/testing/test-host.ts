import { spawn, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { tabConsoles, type ConsoleSpec } from '@shared/consoles/channel.js';
import { RESCUE_CONSOLE, type ConsoleName } from '@shared/consoles/console-name.js';
import { ApiClient } from '@shared/api/client.js';
import type { CallInput } from '@shared/api/calls.js';
import { applyPatch, type Snapshot } from '@shared/api/state.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { VmView } from '@shared/vms/vm-view.js';
import type { OrdinaryUser } from '../../../e2e/fixtures/ordinary-user.js';
import { processesNaming } from '../../../e2e/oracles/processes.js';
import { ConsoleReader } from './console-reader.js';

/** Tests and benches run in the checkout; a bundled bench isn't where this file is. */
const root = process.cwd();

/** A machine to make; how many consoles is enough to say. */
type TinyInput = Partial<Omit<CallInput<'vms.create'>, 'consoles'>> & { consoles?: number | ConsoleSpec[] };

/** How a host is started. */
interface LaunchOptions {
  /** The file that its log goes to. */
  stdout?: string;
  /** Where it is reached, when that is not its own socket. */
  connectTo?: string;
  /** A program, with arguments, that becomes the one named behind them: `setpriv --reuid=1000`. */
  under?: readonly string[];
}

/** A real host in folders of its own, for tests: built code, plain Node, real kernels. */
export class TestHost {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  client!: ApiClient;
  private snapshot!: Snapshot;
  private process: ChildProcess | null = null;
  private socket: Socket | null = null;
  private readonly waiting = new Set<() => void>();
  output = '';

  private constructor(env: NodeJS.ProcessEnv) {
    // Short, because a socket's path is; under /tmp, because nothing of a test belongs into a home.
    this.home = mkdtempSync('/tmp/pdk-');
    mkdirSync(join(this.home, 'run'), { mode: 0o700 });
    this.env = {
      ...process.env,
      XDG_DATA_HOME: join(this.home, 'data'),
      XDG_RUNTIME_DIR: join(this.home, 'run'),
      XDG_CONFIG_HOME: join(this.home, 'config'),
      ...env,
    };
  }

  /** Makes the folders and starts a host in them. */
  static async start(env: NodeJS.ProcessEnv = {}): Promise<TestHost> {
    const host = new TestHost(env);
    await host.launch();
    return host;
  }

  /** Folders only, for tests in which something else starts the host. */
  static folders(env: NodeJS.ProcessEnv = {}): TestHost {
    return new TestHost(env);
  }

  get pid(): number {
    return this.process?.pid ?? 0;
  }

  get dataDir(): string {
    return join(this.home, 'data', 'paddock');
  }

  get runtimeDir(): string {
    return join(this.env['XDG_RUNTIME_DIR'] ?? '', 'paddock');
  }

  get umlDir(): string {
    return join(this.runtimeDir, 'uml');
  }

  /** Starts the host's process and connects; resolves to what it said when it refused to start. */
  async launch({
    stdout = 'pipe',
    connectTo = join(this.runtimeDir, 'host.sock'),
    under = [],
  }: LaunchOptions = {}): Promise<string> {
    const log = stdout === 'pipe' ? ('pipe' as const) : openSync(stdout, 'w');
    const [program, ...args] = [...under, process.execPath, join(root, 'out/main/host.js')];
    const child = spawn(program, args, {
      env: this.env,
      cwd: '/',
      stdio: ['ignore', log, 'pipe', 'pipe'],
    });
    this.process = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (bytes) => (this.output += String(bytes)));
    const said = await new Promise<string>((done) => {
      let line = '';
      child.stdio[3]?.on('data', (bytes) => (line += String(bytes)));
      child.stdio[3]?.on('end', () => done(line.trim()));
    });
    if (said === 'ready') await this.connect(connectTo);
    return said;
  }

  /** Gives the folders to an ordinary user and starts the host as that one. Needs root. */
  async launchAs(user: OrdinaryUser): Promise<void> {
    for (const path of [this.home, join(this.home, 'run')]) chownSync(path, user.uid, user.gid);
    await this.launch({ under: user.under });
  }

  /** Connects to the host of these folders, whoever started it. */
  async connect(path = join(this.runtimeDir, 'host.sock')): Promise<void> {
    this.socket?.destroy();
    const socket = connect(path);
    await new Promise((done, fail) => socket.once('connect', done).once('error', fail));
    this.socket = socket;
    // The old connection's end, which may come late, must not end this one.
    const client = new ApiClient({
      send: (bytes) => void socket.write(bytes),
      close: () => void socket.end(),
    });
    this.client = client;
    socket.on('data', (bytes: Buffer) => client.receive(bytes));
    socket.on('error', () => {});
    socket.on('close', () => client.lost());
    await this.client.hello();
    this.snapshot = await this.client.must('state.watch', {});
    this.client.onPatch = ({ patch }) => {
      if (client !== this.client) return;
      const next = applyPatch(this.snapshot, patch);
      if (!next) throw new Error(`patch ${patch.seq} after ${this.snapshot.seq}`);
      this.snapshot = next;
      for (const look of this.waiting) look();
    };
  }

  get state(): Snapshot['state'] {
    return this.snapshot.state;
  }

  vm(id: VmId): VmView {
    const vm = this.state.vms[id];
    if (!vm) throw new Error(`no machine ${id}`);
    return vm;
  }

  /** Resolves to the first value that isn't null or false; rejects after `seconds`, saying what was awaited. */
  until<T>(what: string, look: (state: Snapshot['state']) => T | null | false, seconds = 30): Promise<T> {
    return new Promise((done, fail) => {
      const limit = setTimeout(() => {
        this.waiting.delete(check);
        fail(new Error(`not within ${seconds} s: ${what}\n${JSON.stringify(this.state.vms, null, 1)}`));
      }, seconds * 1000);
      const check = (): void => {
        const value = look(this.state);
        if (value === null || value === false) return void this.waiting.add(check);
        this.waiting.delete(check);
        clearTimeout(limit);
        done(value);
      };
      check();
    });
  }

  untilState(id: VmId, state: VmView['state'], seconds = 30): Promise<VmView> {
    return this.until(state, ({ vms }) => vms[id]?.state === state && vms[id], seconds);
  }

  /** Makes a tiny machine and starts it unless told otherwise. */
  async makeTiny({ consoles = 2, ...input }: TinyInput = {}): Promise<VmId> {
    const { id } = await this.client.must('vms.create', {
      name: null,
      image: 'tiny',
      memoryMiB: 64,
      kernelPath: null,
      consoles: typeof consoles === 'number' ? tabConsoles(consoles) : consoles,
      start: true,
      ...input,
    });
    return id;
  }

  /** Follows a console from the beginning of its history. */
  async console(vmId: VmId, console: ConsoleName = 'con0', tailBytes = 1024 * 1024): Promise<ConsoleReader> {
    const { streamId } = await this.client.must('consoles.attach', { vmId, console, tailBytes });
    return new ConsoleReader(this.client, streamId);
  }

  /** Logs in on a console and returns it at a prompt. */
  async login(vmId: VmId, console: ConsoleName = 'con0'): Promise<ConsoleReader> {
    const reader = await this.console(vmId, console);
    // An earlier run may have ended at its prompt.
    await reader.inNewestRun();
    await reader.expect(/login: $/);
    reader.type('root\r');
    await reader.expect(/# /);
    return reader;
  }

  /** Logs in at a console that may show a prompt of before: getty throws away what is typed while it prints a new one. */
  async rescueLogin(vmId: VmId, attempts = 4): Promise<ConsoleReader> {
    const reader = await this.console(vmId, RESCUE_CONSOLE);
    for (let left = attempts; ; left -= 1) {
      reader.type('\r');
      await reader.expect(/login: $/);
      reader.type('root\r');
      const isIn = await reader.expect(/# /, left > 1 ? 5 : 20).catch((error: Error) => error);
      if (!(isIn instanceof Error)) return reader;
      if (left <= 1) throw isIn;
    }
  }

  /** A program of the test's that holds a write lock on a file, as a UML would. */
  async lockFile(path: string): Promise<{ pid: number; end(): Promise<void> }> {
    const program = `import fcntl,sys;f=open(sys.argv[1],'r+b');fcntl.lockf(f,fcntl.LOCK_EX);print('locked',flush=True);sys.stdin.read()`;
    const child = spawn('python3', ['-c', program, path], { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise((done) => child.stdout.once('data', done));
    const end = async (): Promise<void> => {
      child.stdin.end();
      await new Promise((done) => child.once('exit', done));
    };
    return { pid: child.pid ?? 0, end };
  }

  /** Kills the host as a crash would, and waits until it is gone. */
  async killHost(): Promise<void> {
    const child = this.process;
    if (!child) return;
    await new Promise((done) => {
      child.once('exit', done);
      child.kill('SIGKILL');
    });
    this.process = null;
  }

  /** Ends host and machines and removes the folders; to be called however a test ended. */
  async remove(): Promise<void> {
    this.socket?.destroy();
    if (this.process?.exitCode === null) await this.killHost();
    for (const pid of processesNaming(this.home)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Gone already.
      }
    }
    rmSync(this.home, { recursive: true, force: true });
  }
}
