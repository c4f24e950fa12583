import { buildOptions, type BuildOption, type BuildOptionId } from './build-options.js';
import type { LostOption } from './build-wish.js';
import { parseConfig } from './kernel-config.js';

/** What a fragment asks for: name without CONFIG_ to value; `n` for one that is to be out. */
export type FragmentWishes = ReadonlyMap<string, string>;

const ASSIGNMENT = /^CONFIG_(\w{1,200})=(.{1,1000})$/;
const UNSET = /^# CONFIG_(\w{1,200}) is not set$/;

/** A line of a fragment that says nothing to kconfig, which would pass over it without a word. */
export interface FragmentFault {
  line: number;
  text: string;
}

/** Reads a fragment, in the form of a .config. */
export function readFragment(text: string): { wishes: FragmentWishes; faults: FragmentFault[] } {
  const wishes = new Map<string, string>();
  const faults: FragmentFault[] = [];
  for (const [n, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    const set = ASSIGNMENT.exec(line);
    const unset = UNSET.exec(line);
    if (set) wishes.set(set[1] ?? '', set[2] ?? '');
    else if (unset) wishes.set(unset[1] ?? '', 'n');
    else if (line !== '' && !line.startsWith('#')) faults.push({ line: n + 1, text: line.slice(0, 200) });
  }
  return { wishes, faults };
}

/** The lines of the options, and behind them a person's own, which win. */
export function fragmentText(options: readonly BuildOptionId[], own: string): string {
  const lines = options.flatMap((id) => {
    const { title, sets, setsIfKnown = [] }: BuildOption = buildOptions[id];
    return [`# ${title}`, ...[...sets, ...setsIfKnown].map(configLine)];
  });
  return [...lines, ...(own.trim() === '' ? [] : ['# Own lines', own.trimEnd()]), ''].join('\n');
}

function configLine(word: string): string {
  const [name = '', value = 'y'] = word.split('=');
  return value === 'n' ? `# CONFIG_${name} is not set` : `CONFIG_${name}=${value}`;
}

/** What a fragment asked for and a configuration didn't take; y for m and m for y are both something else. */
export function lostWishes(wishes: FragmentWishes, config: string): { option: string; wanted: string }[] {
  const values = parseConfig(config) ?? new Map<string, string>();
  return [...wishes].flatMap(([option, wanted]) =>
    (values.get(`CONFIG_${option}`) ?? 'n') === wanted ? [] : [{ option, wanted }],
  );
}

/** Names that an option only sets where the tree has them: nobody misses them elsewhere. */
export function optionalNames(options: readonly BuildOptionId[]): ReadonlySet<string> {
  return new Set(options.flatMap((id) => (buildOptions[id] as BuildOption).setsIfKnown ?? []));
}

/** Why an option isn't as it was wanted, by what the tree's Kconfig files say of it (`KconfigBlock`s of its name). */
export function whyLost(
  { option, wanted }: { option: string; wanted: string },
  blocks: readonly KconfigBlock[],
  config: string,
): LostOption {
  const say = (why: string): LostOption => ({ option, wanted, why });
  if (blocks.length === 0) return say('This tree has no such option.');
  if (wanted === 'n') return say('Another option selects it, or it has no choice of its own.');
  const values = parseConfig(config) ?? new Map<string, string>();
  const isSet = (name: string): boolean => ['y', 'm'].includes(values.get(`CONFIG_${name}`) ?? 'n');
  const unmet = blocks.flatMap(({ dependsOn }) => dependsOn).filter((words) => !holds(words, isSet));
  if (unmet.length > 0) {
    const words = unmet.map((one) => one.slice(0, 300)).join('; ');
    return say(`It depends on ${words}.`);
  }
  if (wanted === 'm' && !isSet('MODULES')) return say('It can’t be a module without MODULES.');
  const now = values.get(`CONFIG_${option}`);
  return say(
    now === undefined
      ? 'Something around it is not set, or nobody can choose it.'
      : `It is ${now}: another option, or a choice, decides it.`,
  );
}

/** What a Kconfig file says of one option. */
export interface KconfigBlock {
  option: string;
  /** Expressions, all of which must hold. */
  dependsOn: string[];
}

/** The blocks of some options in the text of a Kconfig file. */
export function kconfigBlocks(text: string, options: ReadonlySet<string>): KconfigBlock[] {
  const blocks: KconfigBlock[] = [];
  let current: KconfigBlock | null = null;
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    const entry = /^\s*(?:menu)?config\s+(\w+)/.exec(line)?.[1];
    if (entry !== undefined) {
      current = options.has(entry) ? { option: entry, dependsOn: [] } : null;
      if (current) blocks.push(current);
    } else if (/^\s*(menu|endmenu|choice|endchoice|if|endif|comment|source|help)\b/.test(line))
      current = null;
    else {
      const words = /^\s+depends on\s+(.*\S)/.exec(line)?.[1];
      if (words !== undefined) current?.dependsOn.push(words);
    }
  }
  return blocks;
}

/** Whether an expression of Kconfig holds; one that isn't understood does. */
function holds(words: string, isSet: (name: string) => boolean): boolean {
  const tokens = words.match(/&&|\|\||!=|[!()=]|"[^"]*"|[\w-]+|\$\([^)]*\)|\S/g) ?? [];
  let at = 0;
  const or = (): boolean => {
    let value = and();
    while (tokens[at] === '||') {
      at += 1;
      const other = and();
      value = value || other;
    }
    return value;
  };
  const and = (): boolean => {
    let value = not();
    while (tokens[at] === '&&') {
      at += 1;
      const other = not();
      value = value && other;
    }
    return value;
  };
  const not = (): boolean => {
    const token = tokens[at] ?? '';
    at += 1;
    if (token === '!') return !not();
    if (token === '(') {
      const value = or();
      at += 1;
      return value;
    }
    if (tokens[at] === '=' || tokens[at] === '!=') {
      // Of `X=y`, `X=n` and `X!=n`, which is nearly all there is.
      const isEqual = tokens[at] === '=';
      const wanted = tokens[at + 1] ?? '';
      at += 2;
      return wanted === 'n' ? isSet(token) !== isEqual : wanted === 'y' ? isSet(token) === isEqual : true;
    }
    if (token === 'y' || token === 'n') return token === 'y';
    return /^\w+$/.test(token) ? isSet(token) : true;
  };
  return or();
}
