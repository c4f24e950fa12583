import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import {
  hostPlan,
  hostScript,
  hostSetupRecordSchema,
  isPlain,
  newInterfaces,
  rangeOf,
  type HostCommand,
  type HostPlan,
  type HostSetup,
  type HostSetupRecord,
  type HostSetupView,
  type HostTap,
} from '@shared/networks/host-setup.js';
import { subnetText } from '@shared/networks/ipv4.js';
import { needsWideXstate } from '../kernels/wide-xstate.js';
import { exists, readJson, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';
import { runProgram } from '../platform/run-program.js';
import { bridgeOf, hostAddresses, hasInterface, hostTaps, isBridge, isWireless } from './host-interfaces.js';

const LIMIT_MS = 10_000;
/** Somebody looks for a password. */
const ASK_LIMIT_MS = 5 * 60_000;
/** pkexec(1): the dialog was dismissed; it was not allowed, or there was nobody to ask. */
const DISMISSED = 126;
const NOT_ALLOWED = 127;

const recordsSchema = z.array(hostSetupRecordSchema).max(1000);

/**
 * What only root can make of this computer's network: planned, shown, carried out once, undone. What was made is noted
 * down before it is begun, so that undoing is offered whatever happens on the way.
 */
export class HostSetupService {
  private records: HostSetupRecord[] = [];
  /** One at a time: each depends on what the one before it made. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    /** Where the record and copies of kernels are. */
    private readonly folder: string,
    /** Why a range of addresses can't be had; null when it can. */
    private readonly whyNotSubnet: (subnet: string) => string | null,
  ) {}

  /** Reads what was made. */
  async load(): Promise<void> {
    if (!(await exists(this.recordPath))) return;
    const read = await readJson(this.recordPath, recordsSchema);
    if (read.ok) this.records = read.value;
    else log('warn', 'record of the host’s setup can’t be read', { why: read.why });
  }

  /** The list of one, and why it can't be carried out now; null when it can. */
  async plan(
    setup: HostSetup,
  ): Promise<{ plan: HostPlan; script: string; undoScript: string; why: string | null }> {
    const plan = this.planOf(setup);
    const isShown = isPlain([...plan.make, ...plan.undo]);
    return {
      plan,
      script: isShown ? hostScript(plan.make) : '',
      undoScript: isShown ? hostScript(plan.undo) : '',
      why: await this.whyNot(setup),
    };
  }

  /** What was made, how each of it is now, and the taps that there are. */
  async list(): Promise<{ setups: HostSetupView[]; taps: HostTap[]; isRoot: boolean }> {
    const bootId = await thisBoot();
    const setups: HostSetupView[] = [];
    for (const record of this.records) {
      const { setup, madeAt } = record;
      const isThere = await this.isThere(record, bootId);
      const isOld = setup.kind !== 'kernel' && record.bootId !== bootId;
      setups.push({
        setup,
        madeAt,
        state: isThere ? 'there' : isOld ? 'gone-with-restart' : 'gone',
        use:
          setup.kind === 'kernel'
            ? this.copyPath(setup.name)
            : setup.kind === 'veth'
              ? setup.peer
              : setup.name,
      });
    }
    return { setups, taps: await hostTaps(), isRoot: isRoot() };
  }

  /** Carries the list out. Throws Failure: host-setup-refused, host-setup-rights, tool-failed, tool-missing. */
  run(setup: HostSetup): Promise<void> {
    return this.alone(async () => {
      const other = this.records.find((one) => one.setup.name === setup.name)?.setup.kind ?? setup.kind;
      const why = other === setup.kind ? await this.whyNot(setup) : `Paddock made a ${other} of that name`;
      if (why !== null) throw failure('host-setup-refused', { name: setup.name, why });
      if (setup.kind === 'kernel') await this.copyKernel(setup.name, setup.kernelPath);
      const before = this.records;
      const mine = { setup, madeAt: new Date().toISOString(), bootId: await thisBoot() };
      await this.save([...before.filter((one) => one.setup.name !== setup.name), mine]);
      try {
        await asRoot(this.planOf(setup).make);
      } catch (error) {
        // What was made of it stays noted down, so that it can be undone.
        if (!newInterfaces(setup).some(hasInterface)) {
          await this.save(before);
          if (setup.kind === 'kernel') await rm(this.copyPath(setup.name), { force: true });
        }
        throw error;
      }
    });
  }

  /** Takes one back that was made. Throws Failure: host-setup-unknown and what `run` throws. */
  undo(name: string): Promise<void> {
    return this.alone(async () => {
      const record = this.records.find(({ setup }) => setup.name === name);
      if (!record) throw failure('host-setup-unknown', { name });
      const { setup } = record;
      if (await this.isThere(record, await thisBoot()))
        await asRoot(
          this.planOf(setup).undo.filter(({ argv }) => argv[0] !== 'ip' || hasInterface(argv.at(-1) ?? '')),
        );
      if (setup.kind === 'kernel') await rm(this.copyPath(setup.name), { force: true });
      await this.save(this.records.filter((one) => one !== record));
    });
  }

  private planOf(setup: HostSetup): HostPlan {
    return hostPlan(setup, { uid: userInfo().uid, copyPath: this.copyPath(setup.name) });
  }

  private async whyNot(setup: HostSetup): Promise<string | null> {
    const plan = this.planOf(setup);
    if (!isPlain([...plan.make, ...plan.undo]))
      return `the folder ${this.folder} has a name that a shell would take apart`;
    const taken = newInterfaces(setup).find(hasInterface);
    if (taken !== undefined) return `this computer has an interface ${taken} already`;
    if (setup.kind === 'veth' && setup.name === setup.peer) return 'its two ends need two names';
    if (setup.kind === 'bridge') return whyNotBridge(setup);
    if (setup.kind === 'kernel') return whyNotKernel(setup.kernelPath);
    if (setup.address === null) return null;
    return this.whyNotSubnet(subnetText(rangeOf(setup.address)));
  }

  /** An interface of that name that came after a restart of this computer is somebody else's. */
  private async isThere({ setup, bootId }: HostSetupRecord, now: string): Promise<boolean> {
    if (setup.kind !== 'kernel') return bootId === now && newInterfaces(setup).some(hasInterface);
    const path = this.copyPath(setup.name);
    if (!(await exists(path))) return false;
    const said = await runProgram(['getcap', path], { timeoutMs: LIMIT_MS });
    return said.includes('cap_net_raw');
  }

  /** Private: whoever may run it may change this computer's network (facts/networking 3). */
  private async copyKernel(name: string, from: string): Promise<void> {
    const to = this.copyPath(name);
    await mkdir(join(this.folder, 'kernels'), { recursive: true, mode: 0o700 });
    await rm(to, { force: true });
    try {
      await copyFile(from, to);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      throw failure('host-setup-refused', { name, why: `${from} can’t be copied (${code})` });
    }
    await runProgram(['chmod', '0700', to], { timeoutMs: LIMIT_MS });
  }

  private copyPath(name: string): string {
    return join(this.folder, 'kernels', name);
  }

  private get recordPath(): string {
    return join(this.folder, 'made.json');
  }

  private async save(records: HostSetupRecord[]): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeJson(this.recordPath, records);
    this.records = records;
  }

  private alone<T>(deed: () => Promise<T>): Promise<T> {
    const mine = this.last.then(deed);
    this.last = mine.catch(() => {});
    return mine;
  }
}

/** An interface with an address would lose it: frames of it would come out of the bridge, which has none. */
async function whyNotBridge({
  bridge,
  uplink,
}: Extract<HostSetup, { kind: 'bridge' }>): Promise<string | null> {
  if (uplink === null) {
    if (!hasInterface(bridge)) return `this computer has no bridge ${bridge}`;
    return isBridge(bridge) ? null : `${bridge} is no bridge`;
  }
  if (!hasInterface(uplink)) return `this computer has no interface ${uplink}`;
  if (isWireless(uplink))
    return `${uplink} is wireless, and an access point takes no other machine’s frames from it`;
  const inside = bridgeOf(uplink);
  if (inside !== null) return `${uplink} is in the bridge ${inside}: choose that one, without an interface`;
  const [address] = (await hostAddresses()).get(uplink) ?? [];
  return address === undefined
    ? null
    : `${uplink} has the address ${address}, which would be lost: make a bridge in this computer’s network settings, and choose that one, without an interface`;
}

/** What has rights of its own loads no library that its environment names (ld.so(8), secure-execution mode). */
async function whyNotKernel(path: string): Promise<string | null> {
  const said = await runProgram([path, '--version'], { timeoutMs: LIMIT_MS }).catch(() => '');
  const [, major = '', minor = ''] = /^(\d+)\.(\d+)/.exec(said.trim()) ?? [];
  if (major === '') return `${path} doesn’t say which kernel it is`;
  const isOld = Number(major) < 6 || (Number(major) === 6 && Number(minor) < 13);
  return isOld && needsWideXstate
    ? 'this processor has AMX, on which kernels before 6.13 run only with a library of Paddock’s, and a kernel with rights of its own doesn’t load it'
    : null;
}

const isRoot = (): boolean => process.getuid?.() === 0;

/** Changes with every start of this computer (random(4)). */
const thisBoot = async (): Promise<string> =>
  (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();

/** Carries out commands up to the first that fails: by itself as root, else by one shell that pkexec asks for. */
async function asRoot(commands: readonly HostCommand[]): Promise<void> {
  if (commands.length === 0) return;
  if (isRoot()) {
    for (const { argv } of commands) await runProgram(argv, { timeoutMs: LIMIT_MS });
    return;
  }
  try {
    await runProgram(['pkexec', '/bin/sh', '-ec', hostScript(commands)], { timeoutMs: ASK_LIMIT_MS });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, params } = error.error as { code: string; params: { exitCode?: unknown } };
    if (code === 'tool-missing')
      throw failure('host-setup-rights', { why: 'pkexec is not installed (package pkexec)' });
    if (params.exitCode === DISMISSED)
      throw failure('host-setup-rights', { why: 'the question was dismissed' });
    if (params.exitCode === NOT_ALLOWED)
      throw failure('host-setup-rights', { why: 'it was not allowed, or there is nobody here to ask' });
    throw error;
  }
}
