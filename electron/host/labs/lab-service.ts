import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '@shared/errors/paddock-error.js';
import { labIdSchema, type LabId } from '@shared/labs/lab.js';
import { startOrder, type LabFile } from '@shared/labs/lab-file.js';
import { faultText, readLab } from '@shared/labs/read-lab.js';
import { isLive } from '@shared/vms/vm-state.js';
import type { VmId } from '@shared/vms/vm-id.js';
import type { JobReporter, JobService } from '../jobs/job-service.js';
import type { NetworkService } from '../networks/network-service.js';
import { readJson, writeJson } from '../platform/files.js';
import { log } from '../platform/log.js';
import type { StateStore } from '../state-store.js';
import type { ControlService } from '../vms/control-service.js';
import type { StartService } from '../vms/start-service.js';
import type { VmService } from '../vms/vm-service.js';
import { labRecordSchema, type LabRecord } from './lab-record.js';
import type { LabImages } from './lab-images.js';
import { LabSetups } from './lab-setups.js';
import { makeMachine, makeNetwork } from './make-parts.js';

/** What labs are made with. */
export interface LabParts {
  store: StateStore;
  vms: VmService;
  starts: StartService;
  control: ControlService;
  networks: NetworkService;
  jobs: JobService;
  images: LabImages;
}

/** Labs: several machines and networks of one file, made, started, stopped and deleted as a whole. */
export class LabService {
  private readonly records = new Map<LabId, LabRecord>();
  private readonly setups: LabSetups;
  /** Labs that are being worked on. */
  private readonly busy = new Set<LabId>();

  constructor(
    private readonly folder: string,
    private readonly parts: LabParts,
  ) {
    this.setups = new LabSetups(parts.vms, parts.networks.live, {
      fileOf: (record) => labOf(record),
      changed: (record) => this.announce(record),
      save: (record) => this.save(record),
    });
    parts.vms.whenChanged((vm) => {
      for (const record of this.records.values())
        for (const [name, vmId] of Object.entries(record.machines))
          if (vmId === vm.spec.id) this.setups.look(record, name);
    });
  }

  /** Reads what is kept. */
  async load(): Promise<void> {
    for (const file of await readdir(this.folder).catch(() => [])) {
      if (!file.endsWith('.json')) continue;
      const read = await readJson(join(this.folder, file), labRecordSchema);
      if (!read.ok || !readLab(read.value.text).ok) {
        log('warn', 'lab can’t be read', { file, why: read.ok ? 'its text' : read.why });
        continue;
      }
      this.records.set(read.value.id, read.value);
      this.announce(read.value);
      for (const name of Object.keys(read.value.machines)) this.setups.look(read.value, name);
    }
  }

  /** Its file. Throws Failure lab-unknown. */
  text(id: LabId): string {
    return this.get(id).text;
  }

  /**
   * Makes what is missing of a lab and starts it, as a job; one that is there with the same text goes on. Throws Failure:
   * lab-invalid, lab-exists, lab-name-taken, lab-busy.
   */
  async up(text: string): Promise<{ id: LabId; jobId: string }> {
    const lab = parsed(text);
    const there = [...this.records.values()].find((record) => labOf(record).name === lab.name);
    if (there && there.text !== text) throw failure('lab-exists', { name: lab.name });
    if (!there) this.checkNames(lab);
    const record = there ?? (await this.begin(text));
    const jobId = this.work(
      record,
      `Starting ${lab.name}`,
      ['Images', 'Networks and machines', 'Start'],
      async (report) => {
        report.nextStep();
        for (const { image, modules } of Object.values(lab.machines))
          await this.parts.images.see(image, modules, report);
        report.nextStep();
        await this.make(record, lab, report);
        report.nextStep();
        await this.startAll(record, lab, report);
      },
    );
    return { id: record.id, jobId };
  }

  /** Starts those of its machines that are off, as a job. Throws Failure: lab-unknown, lab-busy. */
  start(id: LabId): string {
    const record = this.get(id);
    const lab = labOf(record);
    return this.work(record, `Starting ${lab.name}`, ['Start'], async (report) => {
      report.nextStep();
      await this.startAll(record, lab, report);
    });
  }

  /** Shuts all of its machines down, as a job. Throws Failure: lab-unknown, lab-busy. */
  stop(id: LabId): string {
    const record = this.get(id);
    return this.work(record, `Shutting ${labOf(record).name} down`, ['Shut down'], async (report) => {
      report.nextStep();
      await this.endMachines(record, 'shutdown', report);
    });
  }

  /** Ends and removes everything that was made of it, as a job. Throws Failure: lab-unknown, lab-busy. */
  delete(id: LabId): string {
    const record = this.get(id);
    const { vms, networks } = this.parts;
    return this.work(
      record,
      `Deleting ${labOf(record).name}`,
      ['End its machines', 'Remove what was made'],
      async (report) => {
        report.nextStep();
        this.takeHalfMade(record);
        await this.endMachines(record, 'force', report);
        report.nextStep();
        for (const vmId of Object.values(record.machines)) if (vms.records.has(vmId)) await vms.delete(vmId);
        for (const networkId of Object.values(record.networks))
          if (networks.specs.has(networkId)) await networks.delete(networkId);
        await rm(this.pathOf(id), { force: true });
        this.records.delete(id);
        this.parts.store.change({ collection: 'labs', id, value: null });
      },
    );
  }

  private async begin(text: string): Promise<LabRecord> {
    const id = labIdSchema.parse(randomBytes(4).toString('hex'));
    const createdAt = new Date().toISOString();
    const record: LabRecord = {
      version: 1,
      id,
      createdAt,
      text,
      machines: {},
      networks: {},
      making: null,
      setUp: {},
    };
    this.records.set(id, record);
    try {
      await this.save(record);
    } catch (error) {
      this.records.delete(id);
      throw error;
    }
    this.announce(record);
    return record;
  }

  /** Names of the machines and networks that somebody else has already: told before anything is made. */
  private checkNames(lab: LabFile): void {
    const { vms, networks } = this.parts;
    const machines = new Set([...vms.records.values()].map(({ spec }) => spec.name));
    const taken = Object.keys(lab.machines).find((name) => machines.has(name));
    if (taken !== undefined) throw failure('lab-name-taken', { lab: lab.name, what: 'machine', name: taken });
    const nets = new Set([...networks.specs.values()].map(({ name }) => name));
    const net = Object.keys(lab.networks).find((name) => nets.has(name));
    if (net !== undefined) throw failure('lab-name-taken', { lab: lab.name, what: 'network', name: net });
  }

  private async make(record: LabRecord, lab: LabFile, report: JobReporter): Promise<void> {
    const { vms, networks } = this.parts;
    const all = Object.keys(lab.networks).length + Object.keys(lab.machines).length;
    let count = 0;
    const made = async (what: string): Promise<void> => {
      record.making = null;
      await this.save(record);
      this.announce(record);
      report.progress((count += 1) / all, what);
      if (report.signal.aborted) throw failure('cancelled', {});
    };
    this.takeHalfMade(record);
    for (const [name, network] of Object.entries(lab.networks)) {
      const known = record.networks[name];
      if (!known || !networks.specs.has(known)) {
        await this.intend(record, { kind: 'network', name });
        record.networks[name] = await makeNetwork(networks, name, network);
      }
      await made(name);
    }
    for (const [name, machine] of Object.entries(lab.machines)) {
      const known = record.machines[name];
      if (!known || !vms.records.has(known)) {
        await this.intend(record, { kind: 'machine', name });
        record.machines[name] = await makeMachine(vms, this.parts.images, {
          name,
          machine,
          group: lab.name,
          networks: record.networks,
        });
      }
      await made(name);
    }
  }

  private async intend(record: LabRecord, making: LabRecord['making']): Promise<void> {
    record.making = making;
    await this.save(record);
  }

  /** What a host that was killed had just made belongs to the lab: nobody else had that name (checkNames). */
  private takeHalfMade(record: LabRecord): void {
    const { making } = record;
    const { vms, networks } = this.parts;
    if (making === null) return;
    record.making = null;
    if (making.kind === 'network') {
      const half = [...networks.specs.values()].find(({ name }) => name === making.name);
      if (half) record.networks[making.name] = half.id;
    } else {
      const half = [...vms.records.values()].find(({ spec }) => spec.name === making.name);
      if (half) record.machines[making.name] = half.spec.id;
    }
  }

  /** Each starts once those that it comes after are set up; the first that fails is told when all were tried. */
  private async startAll(record: LabRecord, lab: LabFile, report: JobReporter): Promise<void> {
    const begun = new Map<string, Promise<void>>();
    const order = startOrder(lab.machines);
    let count = 0;
    for (const name of order) {
      const before = (lab.machines[name]?.after ?? []).flatMap((other) => begun.get(other) ?? []);
      const work = Promise.all(before)
        .then(() => this.startOne(record, name, report.signal))
        .then(() => report.progress((count += 1) / order.length, `${count} of ${order.length} machines`));
      // Told below, once; meanwhile it is nobody's unhandled rejection.
      work.catch(() => {});
      begun.set(name, work);
    }
    const outcomes = await Promise.allSettled(begun.values());
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async startOne(record: LabRecord, name: string, signal: AbortSignal): Promise<void> {
    const { vms, starts } = this.parts;
    const vmId = record.machines[name];
    if (vmId === undefined) return;
    if (signal.aborted) throw failure('cancelled', {});
    if (!isLive(vms.get(vmId).state)) await starts.start(vmId);
    await this.setups.settled(record, name, signal);
  }

  private async endMachines(
    record: LabRecord,
    how: 'shutdown' | 'force',
    report: JobReporter,
  ): Promise<void> {
    const { vms, control } = this.parts;
    const live = Object.values(record.machines).filter((id) => {
      const vm = vms.records.get(id);
      return vm !== undefined && isLive(vm.state);
    });
    let count = 0;
    await Promise.all(
      live.map(async (id) => {
        const ended = this.whenOff(id);
        await control.stop(id, how);
        await ended;
        report.progress((count += 1) / live.length, `${count} of ${live.length} machines`);
      }),
    );
  }

  private whenOff(id: VmId): Promise<void> {
    const { vms } = this.parts;
    return new Promise((resolve) => {
      const look = (): boolean => {
        const vm = vms.records.get(id);
        return vm === undefined || !isLive(vm.state);
      };
      const stop = vms.whenChanged(() => {
        if (!look()) return;
        stop();
        resolve();
      });
    });
  }

  private work(
    record: LabRecord,
    title: string,
    steps: readonly string[],
    deed: (report: JobReporter) => Promise<void>,
  ): string {
    if (this.busy.has(record.id)) throw failure('lab-busy', { name: labOf(record).name });
    this.busy.add(record.id);
    return this.parts.jobs.start({ kind: 'lab', title, vmId: null, steps }, async (report) => {
      try {
        await deed(report);
        return record.id;
      } finally {
        this.busy.delete(record.id);
      }
    });
  }

  private get(id: LabId): LabRecord {
    const record = this.records.get(id);
    if (!record) throw failure('lab-unknown', { name: id });
    return record;
  }

  private announce(record: LabRecord): void {
    if (this.records.get(record.id) !== record) return;
    const lab = labOf(record);
    const { vms, networks } = this.parts;
    this.parts.store.change({
      collection: 'labs',
      id: record.id,
      value: {
        id: record.id,
        name: lab.name,
        note: lab.note,
        createdAt: record.createdAt,
        machines: Object.keys(lab.machines).map((name) => {
          const vmId = record.machines[name];
          const isThere = vmId !== undefined && vms.records.has(vmId);
          return { name, vmId: isThere ? vmId : null, ...this.setups.view(record, name) };
        }),
        networks: Object.keys(lab.networks).map((name) => {
          const networkId = record.networks[name];
          return { name, networkId: networkId && networks.specs.has(networkId) ? networkId : null };
        }),
      },
    });
  }

  private async save(record: LabRecord): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeJson(this.pathOf(record.id), record);
  }

  private pathOf(id: LabId): string {
    return join(this.folder, `${id}.json`);
  }
}

/** The lab in a text. Throws Failure lab-invalid. */
function parsed(text: string): LabFile {
  const read = readLab(text);
  if (read.ok) return read.lab;
  const [first = '', ...others] = read.faults.map(faultText);
  throw failure(
    'lab-invalid',
    { why: first },
    others.length > 0 ? { command: [], lastLines: others.slice(0, 20) } : undefined,
  );
}

/** Labs by their records, whose texts never change: each change of any machine asks for them. */
const labs = new WeakMap<LabRecord, LabFile>();

/** A record's lab: its text was read before it was kept. */
function labOf(record: LabRecord): LabFile {
  const known = labs.get(record) ?? parsed(record.text);
  labs.set(record, known);
  return known;
}
