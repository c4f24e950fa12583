import { Failure, failure } from '@shared/errors/paddock-error.js';
import type { LinkEnd } from '@shared/networks/capture.js';
import { rateText } from '@shared/networks/impairment.js';
import {
  MEASURE_SECONDS,
  iperfComplaint,
  measureScripts,
  parseAddress,
  parseIperf,
  parseNcReceiver,
  parsePing,
  type Measurement,
} from '@shared/networks/measurement.js';
import { runScript } from '../guest-tools/run-script.js';
import type { JobReporter, JobService } from '../jobs/job-service.js';
import type { VmService } from '../vms/vm-service.js';
import type { NetworkService } from './network-service.js';

/** A guest's answer has no reason to be longer. */
const OUTPUT_MAX = 256 * 1024;
const LIMIT_MS = 60_000;

/** One of the two guests. */
interface Guest {
  end: LinkEnd;
  name: string;
  address: string;
  tools: ReadonlySet<string>;
  run: (script: string, signal: AbortSignal) => Promise<string>;
}

/** Measures the way between two guests of a network, by what they have for that. */
export class MeasureService {
  constructor(
    private readonly networks: NetworkService,
    private readonly vms: VmService,
    private readonly jobs: JobService,
  ) {}

  /** Begins it. Throws Failure: network-unknown, link-unknown, link-off, measure-refused. */
  start(from: LinkEnd, to: LinkEnd): string {
    const network = this.networks.get(from.networkId);
    const names = [from, to].map((end) => this.nameOf(end));
    const [a = '', b = ''] = names;
    if (from.vmId === to.vmId) throw failure('measure-refused', { a, b, why: 'it takes two machines' });
    return this.jobs.start(
      {
        kind: 'measure-link',
        title: `Measuring ${network.name} from ${a} to ${b}`,
        vmId: from.vmId,
        steps: ['Look what the guests have', 'Latency', `${a} to ${b}`, `${b} to ${a}`],
      },
      (report) => this.measure(from, to, report),
    );
  }

  private nameOf(end: LinkEnd): string {
    const { vmName } = this.networks.link(end);
    if (!this.vms.get(end.vmId).guestTools?.isReady) throw failure('guest-tools-absent', { name: vmName });
    return vmName;
  }

  private async measure(from: LinkEnd, to: LinkEnd, report: JobReporter): Promise<string> {
    report.nextStep();
    const [a, b] = [await this.look(from, report.signal), await this.look(to, report.signal)];
    const has = (tool: string): boolean => a.tools.has(tool) && b.tools.has(tool);
    const refuse = (why: string): Failure => failure('measure-refused', { a: a.name, b: b.name, why });
    const by = has('iperf3') ? 'iperf3' : has('busybox') ? 'nc' : null;
    if (by === null) throw refuse('both need iperf3 or busybox');
    report.nextStep();
    const said = a.tools.has('ping') ? await a.run(measureScripts.ping(b.address), report.signal) : '';
    const milliseconds = parsePing(said);
    const way = by === 'iperf3' ? iperf : nc;
    report.nextStep();
    const thereBits = await way(a, b, false, report);
    if (thereBits === null) throw refuse(`nothing came from ${a.name}`);
    report.nextStep();
    const backBits = await way(a, b, true, report);
    if (backBits === null) throw refuse(`nothing came from ${b.name}`);
    const end = ({ vmId, unit }: LinkEnd) => ({ vmId, unit });
    const found: Measurement = {
      from: end(from),
      to: end(to),
      thereBits,
      backBits,
      milliseconds,
      by,
      at: new Date().toISOString(),
    };
    await this.networks.keepMeasurement(from.networkId, found);
    const latency = milliseconds === null ? 'no answer to pings' : `${milliseconds} ms`;
    return `${rateText(thereBits)} there, ${rateText(backBits)} back, ${latency}, by ${by}`;
  }

  private async look(end: LinkEnd, signal: AbortSignal): Promise<Guest> {
    const { card, vmName } = this.networks.link(end);
    const run = (script: string, stop: AbortSignal): Promise<string> => this.run(end, script, stop);
    const address = parseAddress(await run(measureScripts.addresses(card.device), signal));
    if (address === null) throw failure('measure-no-address', { name: vmName, device: card.device });
    const tools = new Set((await run(measureScripts.tools, signal)).split('\n').filter(Boolean));
    return { end, name: vmName, address, tools, run };
  }

  private async run(end: LinkEnd, script: string, signal: AbortSignal): Promise<string> {
    const vm = this.vms.get(end.vmId);
    if (!vm.guestTools?.isReady) throw failure('guest-tools-absent', { name: vm.spec.name });
    const limits = { timeoutMs: LIMIT_MS, outputMax: OUTPUT_MAX, signal };
    const { said } = await runScript(vm.guestTools, `${script}\n`, limits, ['output']);
    return said.toString('latin1');
  }
}

/** By iperf3: `b` serves, `a` asks, in either direction. */
async function iperf(a: Guest, b: Guest, isBack: boolean, { signal }: JobReporter): Promise<number | null> {
  const server = new AbortController();
  const serving = b
    .run(measureScripts.iperfServer, AbortSignal.any([signal, server.signal]))
    .catch(asCancelled);
  try {
    const said = await a.run(measureScripts.iperfClient(b.address, isBack), signal);
    const complaint = iperfComplaint(said);
    if (complaint !== null)
      throw failure('measure-refused', { a: a.name, b: b.name, why: `iperf3 says: ${complaint}` });
    return parseIperf(said);
  } finally {
    server.abort();
    await serving;
  }
}

/** By busybox's nc: one sends as quick as it can, the other counts. */
async function nc(a: Guest, b: Guest, isBack: boolean, report: JobReporter): Promise<number | null> {
  const [sender, receiver] = isBack ? [b, a] : [a, b];
  report.progress(null, `for ${MEASURE_SECONDS} seconds`);
  const over = new AbortController();
  const sending = sender
    .run(measureScripts.ncSender(receiver.address), AbortSignal.any([report.signal, over.signal]))
    .catch(asCancelled);
  try {
    return parseNcReceiver(await receiver.run(measureScripts.ncReceiver, report.signal));
  } finally {
    over.abort();
    await sending;
  }
}

/** Being ended is how it ends. */
function asCancelled(error: unknown): string {
  if (error instanceof Failure && error.error.code === 'cancelled') return '';
  throw error;
}
