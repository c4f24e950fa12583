import { parseArgs } from 'node:util';
import { describeError } from '@shared/errors/paddock-error.js';
import { carrierWords, whyNotCarrier } from '@shared/networks/carrier-choice.js';
import { impairmentText, rateText } from '@shared/networks/impairment.js';
import { carrierSchema, type Carrier } from '@shared/networks/network.js';
import { networkOf } from '../link-words.js';
import { withSession } from '../session.js';
import { printFacts, printJson, printTable } from '../table.js';
import { onlyWord, UsageError } from '../usage.js';
import { measureCommand } from './network-measure.js';
import { impairCommand } from './network-impair.js';
import { captureCommand } from './network-capture.js';
import { hostSetupCommand } from './host-setup.js';
import { networkTranslate } from './network-translate.js';
import { networkTransports } from './network-transports.js';

const json = { json: { type: 'boolean', default: false } } as const;
const settings = {
  internet: { type: 'boolean' },
  'no-internet': { type: 'boolean' },
  'reach-host': { type: 'boolean' },
  'no-reach-host': { type: 'boolean' },
  subnet: { type: 'string' },
  carrier: { type: 'string' },
} as const;

const verbs: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  list,
  show,
  create,
  set,
  delete: remove,
  facts,
  capture: captureCommand,
  impair: impairCommand,
  measure: measureCommand,
  'host-setup': hostSetupCommand,
  transports: networkTransports,
  translate: networkTranslate,
};

/** `paddock network ...` */
export async function networkCommand([verb, ...args]: string[]): Promise<void> {
  const run = verb !== undefined && Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  if (!run) throw new UsageError(`there is no network command ${verb ?? ''}`);
  await run(args);
}

async function list(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: json });
  await withSession(async ({ state }) => {
    const networks = Object.values(state.networks).sort((a, b) => a.name.localeCompare(b.name));
    if (values.json) return printJson(networks);
    if (networks.length === 0)
      return void process.stdout.write('No networks yet. Make one: paddock network create NAME --internet\n');
    printTable(
      ['NAME', 'KIND', 'STATE', 'SUBNET', 'INTERNET', 'CARRIED BY', 'MACHINES'],
      networks.map((network) => [
        network.name,
        network.kind,
        network.state,
        network.subnet ?? '-',
        network.kind === 'cable' ? '-' : network.internet ? 'yes' : 'no',
        network.carrier ?? '-',
        network.ends.map(({ vmId }) => state.vms[vmId]?.name ?? vmId).join(', ') || '-',
      ]),
    );
  });
}

async function show(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: json });
  await withSession(async (session) => {
    const network = networkOf(session, onlyWord(positionals, 'the network’s name'));
    if (values.json) return printJson(network);
    const problem = network.problem && describeError(network.problem);
    const said: [string, string | null][] = [
      ['Name', network.name],
      ['Id', network.id],
      ['Kind', network.kind],
      ['State', network.state],
      ['Problem', problem && problem.sentence],
      ['What to do', problem && problem.fix],
      ['Subnet', network.subnet],
      ['Gateway', network.gateway],
      ['Internet', network.kind === 'cable' ? null : network.internet ? 'yes' : 'no'],
      ['This computer', network.hostAddress],
      ['Carried by', network.carrier],
      ['Helpers', network.helpers.map(({ name, pid }) => `${name} (${pid})`).join(', ') || null],
      ...network.ends.map((end): [string, string] => [
        `Card ${end.unit} of ${session.state.vms[end.vmId]?.name ?? end.vmId}`,
        [
          end.address,
          end.device && `as ${end.device}`,
          end.transport && `by ${end.transport}`,
          end.mac,
          end.impairment && `impaired: ${impairmentText(end.impairment)}`,
        ]
          .filter(Boolean)
          .join(', '),
      ]),
      ...network.measurements.map(({ from, to, thereBits, backBits, milliseconds, at }): [string, string] => [
        'Measured',
        `${[from, to].map(({ vmId }) => session.state.vms[vmId]?.name ?? vmId).join(' to ')}: ${rateText(thereBits)} there, ${rateText(backBits)} back, ${milliseconds ?? '?'} ms, ${at}`,
      ]),
      ['Note', network.note || null],
    ];
    printFacts(said.flatMap(([what, text]) => (text === null ? [] : [{ what, text }])));
  });
}

async function create(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...settings, cable: { type: 'boolean', default: false } },
  });
  const name = onlyWord(positionals, 'the network’s name');
  const { cable, internet = false, subnet } = values;
  const reachesHost = values['reach-host'] === true;
  if (cable && (internet || reachesHost || subnet !== undefined || values.carrier !== undefined))
    throw new UsageError('a cable has two ends and nothing else');
  if (reachesHost && !internet) throw new UsageError('--reach-host goes with --internet');
  await withSession(async (session) => {
    await session.client.must('networks.create', {
      name,
      kind: cable ? 'cable' : 'switch',
      internet,
      reachesHost,
      subnet: subnet ?? null,
      carrier: carrier(values.carrier) ?? null,
    });
    process.stdout.write(`${name} is made\n`);
  });
}

async function set(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...settings, name: { type: 'string' }, note: { type: 'string' } },
  });
  const word = onlyWord(positionals, 'the network’s name');
  if (Object.keys(values).length === 0) throw new UsageError('nothing was said that could be changed');
  const either = (yes: boolean | undefined, no: boolean | undefined): boolean | undefined =>
    yes === true ? true : no === true ? false : undefined;
  const internet = either(values.internet, values['no-internet']);
  const reachesHost = either(values['reach-host'], values['no-reach-host']);
  const wanted = carrier(values.carrier);
  const changes = {
    ...(values.name === undefined ? {} : { name: values.name }),
    ...(values.note === undefined ? {} : { note: values.note }),
    ...(internet === undefined ? {} : { internet }),
    ...(reachesHost === undefined ? {} : { reachesHost }),
    ...(values.subnet === undefined ? {} : { subnet: values.subnet }),
    ...(wanted === undefined ? {} : { carrier: wanted }),
  };
  await withSession(async (session) => {
    const network = networkOf(session, word);
    await session.client.must('networks.configure', { id: network.id, changes });
    process.stdout.write(`${network.name} is changed\n`);
  });
}

async function remove(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  await withSession(async (session) => {
    const network = networkOf(session, onlyWord(positionals, 'the network’s name'));
    await session.client.must('networks.delete', { id: network.id });
    process.stdout.write(`${network.name} is deleted\n`);
  });
}

/** What networks can be made with here. */
async function facts(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: json });
  await withSession(async ({ client }) => {
    const found = await client.must('networks.facts', {});
    if (values.json) return printJson(found);
    printFacts(
      carrierSchema.options.flatMap((one) =>
        [true, false].map((internet) => ({
          what: `${carrierWords[one].title}${internet ? ' with internet' : ''}`,
          text: whyNotCarrier(found, one, internet) ?? 'yes',
        })),
      ),
    );
  });
}

/** `auto`: the best that there is. */
function carrier(word: string | undefined): Carrier | null | undefined {
  if (word === undefined) return undefined;
  if (word === 'auto') return null;
  const parsed = carrierSchema.safeParse(word);
  if (!parsed.success)
    throw new UsageError(`--carrier is auto, ${carrierSchema.options.join(' or ')}, not ${word}`);
  return parsed.data;
}
