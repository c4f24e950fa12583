import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure, failure } from '@shared/errors/paddock-error.js';
import {
  captureFileName,
  captureIdSchema,
  captureSchema,
  captureWords,
  type Capture,
  type CaptureId,
  type CaptureLimits,
  type LinkEnd,
} from '@shared/networks/capture.js';
import { macSchema } from '@shared/networks/mac.js';
import { whyWithout } from '@shared/networks/network-facts.js';
import type { CaptureSummary } from '@shared/networks/pcap/capture-summary.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { FdEvents } from '../platform/fd-events.js';
import { exists, readJson, statOrNull, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';
import { writeNewFile } from '../platform/new-file.js';
import { isAlive } from '../platform/processes.js';
import type { StateStore } from '../state-store.js';
import {
  copyPackets,
  findFakeroot,
  findPdump,
  sieveOf,
  sift,
  summarise,
  trim,
  type Sieve,
} from './capture-files.js';
import { CaptureWatch, fileIsBegun } from './capture-watch.js';
import { endHelper, startHelper, type Helper } from './helper-process.js';
import type { Attachment } from './network-record.js';
import type { NetworkService } from './network-service.js';
import { startViewer } from '../platform/start-viewer.js';
import { tellVde, VDE_EXISTS } from './vde-console.js';

const recordSchema = z.strictObject({
  version: z.literal(1),
  capture: captureSchema,
  mac: macSchema,
  /** Its cable is one of the older kernels', with frames as they are. */
  isUcast: z.boolean(),
});
type CaptureRecord = z.infer<typeof recordSchema>;
type Ended = NonNullable<Capture['ended']>;

/** The size of a file that grows is told so often. */
const TELL_MS = 500;

/** Captures of links: those that go on, and the files of those that ended. */
export class CaptureService {
  private readonly records = new Map<CaptureId, CaptureRecord>();
  private readonly watches = new Map<CaptureId, CaptureWatch>();
  /** Ends that are under way. */
  private readonly ends = new Map<CaptureId, Promise<void>>();
  private readonly told = new Map<CaptureId, number>();

  constructor(
    private readonly folder: string,
    /** For what helpers print. */
    private readonly runtimeFolder: string,
    private readonly store: StateStore,
    private readonly networks: NetworkService,
    private readonly events: FdEvents,
  ) {}

  /** Reads what is kept, and goes on with what goes on. */
  async load(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    for (const file of await readdir(this.folder)) {
      if (!file.endsWith('.json')) continue;
      const read = await readJson(join(this.folder, file), recordSchema);
      if (read.ok) this.records.set(read.value.capture.id, read.value);
      else log('warn', 'capture can’t be read', { file, why: read.why });
    }
    const { captures } = this.networks.live.record;
    for (const record of this.records.values()) {
      const { capture } = record;
      const live = captures.find(({ id }) => id === capture.id);
      if (capture.endedAt === null) {
        // A switch that goes on still writes it.
        const goesOn = live && (live.helper === null ? capture.seenBy === 'switch' : isAlive(live.helper));
        if (goesOn && (await exists(this.rawPath(capture)))) this.watch(record, live.helper);
        else
          await this.finish(record, this.whyEnded(record)).catch((error: Error) =>
            log('error', 'capture not ended', { id: capture.id, error: error.message }),
          );
      } else if (!(await exists(this.path(capture)))) {
        // Somebody took its file away.
        await this.forget(record);
        continue;
      }
      this.publish(record);
    }
  }

  /** Begins one. Throws Failure: network-unknown, link-unknown, link-off, capture-refused. */
  async start(end: LinkEnd, limits: CaptureLimits): Promise<CaptureId> {
    const { live } = this.networks;
    const network = this.networks.get(end.networkId);
    const { card, vmName } = this.networks.link(end);
    const name = `${vmName} on ${network.name}`;
    const carrier = live.record.networks[end.networkId]?.carrier;
    const seenBy = carrier === 'cable' ? 'cable' : carrier === 'vde' ? 'switch' : 'tap';
    for (const { capture } of this.records.values())
      if (capture.endedAt === null && capture.networkId === end.networkId) {
        if (seenBy === 'switch')
          throw failure('capture-refused', {
            link: name,
            why: 'a VDE switch does one at a time, and one goes on',
          });
        if (capture.vmId === end.vmId && capture.unit === end.unit)
          throw failure('capture-refused', { link: name, why: 'that is under way already' });
      }
    const id = captureIdSchema.parse(randomBytes(4).toString('hex'));
    const at = new Date();
    const names = { networkName: network.name, vmName, unit: end.unit };
    const record: CaptureRecord = {
      version: 1,
      capture: {
        id,
        networkId: end.networkId,
        vmId: end.vmId,
        ...names,
        device: card.device,
        file: await this.freeName(captureFileName(names, at)),
        seenBy,
        startedAt: at.toISOString(),
        endedAt: null,
        bytes: 0,
        limits,
        ended: null,
        problem: null,
        dropped: null,
      },
      mac: macSchema.parse(card.mac),
      isUcast: card.transport === 'ucast',
    };
    this.records.set(id, record);
    await this.save(record);
    let helper: Helper | null = null;
    try {
      if (seenBy === 'switch') await this.beginSwitch(record);
      else helper = await this.beginTcpdump(record, card);
    } catch (error) {
      await this.forget(record);
      const why =
        error instanceof Failure ? (error.error.detail?.lastLines?.at(-1) ?? error.message) : String(error);
      throw failure('capture-refused', { link: name, why: why.replace(/^Error: |\.$/g, '') });
    }
    live.record.captures.push({ id, helper });
    await live.save();
    this.watch(record, helper);
    this.publish(record);
    return id;
  }

  /** Ends one. Throws Failure capture-unknown. */
  async stop(id: CaptureId): Promise<void> {
    await this.end(this.get(id), 'asked');
  }

  /** Ends those of a machine's links, which go off now; of one card only, or with null of all. */
  async endOf(id: VmId, unit: number | null): Promise<void> {
    const mine = [...this.records.values()].filter(
      ({ capture }) => capture.vmId === id && (unit === null || capture.unit === unit),
    );
    await Promise.all(mine.map((record) => this.end(record, 'link')));
  }

  /** Deletes one, with its file. Throws Failure: capture-unknown, capture-goes-on. */
  async delete(id: CaptureId): Promise<void> {
    const record = this.get(id);
    if (record.capture.endedAt === null)
      throw failure('capture-goes-on', { link: `${record.capture.vmName} on ${record.capture.networkName}` });
    await this.forget(record);
    this.store.change({ collection: 'captures', id, value: null });
  }

  /** What is in one. Throws Failure capture-unknown. */
  async read(id: CaptureId, lines: number): Promise<CaptureSummary> {
    const { path, sieve } = this.source(this.get(id));
    return summarise(path, sieve, lines);
  }

  /** Copies its packets into a new file. Throws Failure: capture-unknown, export-exists, export-failed. */
  async export(id: CaptureId, to: string): Promise<{ path: string; bytes: number }> {
    const { path, sieve } = this.source(this.get(id));
    return writeNewFile(to, (file) => copyPackets(path, file, sieve));
  }

  /** Shows one in Wireshark. Throws Failure: capture-unknown, capture-goes-on, capture-refused. */
  async open(id: CaptureId): Promise<void> {
    const { capture } = this.get(id);
    const link = `${capture.vmName} on ${capture.networkName}`;
    if (capture.endedAt === null && capture.seenBy !== 'tap') throw failure('capture-goes-on', { link });
    const why = whyWithout(await this.networks.facts(true), ['wireshark']);
    if (why !== null) throw failure('viewer-missing', { why });
    await startViewer(['wireshark', this.path(capture)]);
  }

  private async beginTcpdump({ capture }: CaptureRecord, card: Attachment): Promise<Helper> {
    const { live } = this.networks;
    const why = whyWithout(await this.networks.facts(), ['tcpdump', 'nsenter']);
    if (why !== null) throw new Error(why);
    const ports = live.record.networks[capture.networkId]?.ports ?? null;
    if (card.tap === null && (ports === null || !live.namespace.isUp))
      throw new Error('only in a network namespace an ordinary user may');
    const argv = captureWords(ports === null ? { tap: card.tap ?? '' } : { ports }, {
      path: this.rawPath(capture),
      limits: capture.limits,
      fakeroot: await findFakeroot(),
    });
    const helper = await startHelper('tcpdump', [...live.namespace.words, ...argv] as [string, ...string[]], {
      mark: live.mark,
      logPath: this.logPath(capture),
      ready: false,
    });
    if (await fileIsBegun(this.rawPath(capture), helper, this.events)) return helper;
    await endHelper(this.events, helper);
    throw new Error((await this.lastLine(capture)) ?? 'tcpdump did not begin');
  }

  private async beginSwitch({ capture }: CaptureRecord): Promise<void> {
    const plugin = await findPdump();
    if (plugin === null) throw new Error('pdump.so, a plugin of vde_switch, is not installed (package vde2)');
    const mgmt = join(this.networks.live.folderOf(capture.networkId), 'mgmt');
    await tellVde(mgmt, `plugin/add ${plugin}`, [VDE_EXISTS]);
    await tellVde(mgmt, `pdump/filename ${this.rawPath(capture)}`);
    await tellVde(mgmt, 'pdump/buffered 0');
    await tellVde(mgmt, 'pdump/active 1');
  }

  private watch(record: CaptureRecord, helper: Helper | null): void {
    const { capture } = record;
    const path = this.rawPath(capture);
    const watch = new CaptureWatch(
      path,
      capture.limits,
      { startedAt: capture.startedAt, helper, events: this.events },
      {
        grew: (bytes) => this.grew(record, bytes),
        reached: (limit) => void this.end(record, limit),
        ended: () => void this.end(record, this.whyEnded(record)),
      },
    );
    this.watches.set(capture.id, watch);
  }

  private grew(record: CaptureRecord, bytes: number): void {
    record.capture.bytes = bytes;
    const { id } = record.capture;
    if (Date.now() - (this.told.get(id) ?? 0) < TELL_MS) return;
    this.told.set(id, Date.now());
    this.publish(record);
  }

  /** Ends one that goes on, once, whoever wants it. */
  private end(record: CaptureRecord, why: Ended): Promise<void> {
    const { id, endedAt } = record.capture;
    if (endedAt !== null) return Promise.resolve();
    const there = this.ends.get(id);
    if (there) return there;
    const ending = this.endNow(record, why)
      .catch((error: Error) => log('error', 'capture not ended', { id, error: error.stack }))
      .finally(() => this.ends.delete(id));
    this.ends.set(id, ending);
    return ending;
  }

  private async endNow(record: CaptureRecord, why: Ended): Promise<void> {
    const { capture } = record;
    const { live } = this.networks;
    this.watches.get(capture.id)?.stop();
    this.watches.delete(capture.id);
    const running = live.record.captures.find(({ id }) => id === capture.id);
    if (running?.helper) await endHelper(this.events, running.helper);
    else if (capture.seenBy === 'switch')
      await tellVde(join(live.folderOf(capture.networkId), 'mgmt'), 'pdump/active 0').catch((error: Error) =>
        log('warn', 'switch still captures', { id: capture.id, error: error.message }),
      );
    await this.finish(record, why);
    this.publish(record);
  }

  /** Makes its file what it is to be, and notes down how it ended. */
  private async finish(record: CaptureRecord, why: Ended): Promise<void> {
    const { capture } = record;
    const { live } = this.networks;
    const [path, raw] = [this.path(capture), this.rawPath(capture)];
    try {
      if (raw === path) await trim(path);
      else if (await exists(raw)) await sift(raw, path, sieveOf(capture, record.mac, record.isUcast));
    } catch (error) {
      capture.problem = (error as Error).message;
    }
    const said = await readFile(this.logPath(capture), 'utf8').catch(() => '');
    const dropped = /^(\d+) packets? dropped by kernel/m.exec(said)?.[1];
    if (why === 'failed') capture.problem ??= (await this.lastLine(capture)) ?? 'what wrote it ended';
    Object.assign(capture, {
      ended: why,
      endedAt: new Date().toISOString(),
      bytes: (await statOrNull(path))?.size ?? 0,
      dropped: dropped === undefined ? null : Number(dropped),
    });
    await this.save(record);
    await rm(this.logPath(capture), { force: true });
    live.record.captures = live.record.captures.filter(({ id }) => id !== capture.id);
    await live.save();
  }

  /** Why one ended that nobody here ended. */
  private whyEnded({ capture }: CaptureRecord): Ended {
    const { bytes, seconds } = capture.limits;
    if (capture.bytes >= bytes) return 'size';
    if (seconds !== null && Date.now() >= Date.parse(capture.startedAt) + seconds * 1000) return 'time';
    return this.networks.live.record.networks[capture.networkId] === undefined ? 'link' : 'failed';
  }

  private get(id: CaptureId): CaptureRecord {
    const record = this.records.get(id);
    if (!record) throw failure('capture-unknown', { id });
    return record;
  }

  /** Where the packets of one are, and which of those that are there. */
  private source(record: CaptureRecord): { path: string; sieve: Sieve } {
    const { capture } = record;
    return capture.endedAt === null
      ? { path: this.rawPath(capture), sieve: sieveOf(capture, record.mac, record.isUcast) }
      : { path: this.path(capture), sieve: (packet) => packet };
  }

  private async forget({ capture }: CaptureRecord): Promise<void> {
    this.records.delete(capture.id);
    this.told.delete(capture.id);
    for (const path of [
      this.path(capture),
      this.rawPath(capture),
      this.logPath(capture),
      this.recordPath(capture),
    ])
      await rm(path, { force: true });
  }

  /** A name that no file has; two captures of a link can begin in one second. */
  private async freeName(wanted: string): Promise<string> {
    const taken = new Set([...this.records.values()].map(({ capture }) => capture.file));
    for (let n = 1; ; n += 1) {
      const name = `${wanted}${n === 1 ? '' : `-${n}`}.pcap`;
      if (!taken.has(name) && !(await exists(join(this.folder, name)))) return name;
    }
  }

  private publish({ capture }: CaptureRecord): void {
    this.store.change({ collection: 'captures', id: capture.id, value: { ...capture } });
  }

  private async save(record: CaptureRecord): Promise<void> {
    await writeJson(this.recordPath(record.capture), record);
  }

  private async lastLine(capture: Capture): Promise<string | null> {
    const lines = (await readFile(this.logPath(capture), 'utf8').catch(() => '')).trimEnd().split('\n');
    const complaint = lines.findLast(
      (line) => line.startsWith('tcpdump: ') && !line.includes('listening on'),
    );
    return complaint?.replace(/^tcpdump: (pcap_loop: )?/, '') ?? null;
  }

  private path({ file }: Capture): string {
    return join(this.folder, file);
  }

  /** Where it is written first; what is on a cable or on a switch is not yet what people want. */
  private rawPath({ file, seenBy }: Capture): string {
    return join(this.folder, seenBy === 'tap' ? file : `${file}.raw`);
  }

  private recordPath({ id }: Capture): string {
    return join(this.folder, `${id}.json`);
  }

  private logPath({ id }: Capture): string {
    return join(this.runtimeFolder, `capture-${id}.log`);
  }
}
