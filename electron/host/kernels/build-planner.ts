import { dirname } from 'node:path';
import { formatBytes } from '@shared/amounts.js';
import { failure, Failure } from '@shared/errors/paddock-error.js';
import { fragmentText, readFragment } from '@shared/kernels/build-fragment.js';
import { optionConflicts } from '@shared/kernels/build-options.js';
import { FOREIGN_TREE, planSteps, type KernelPlan } from '@shared/kernels/build-plan.js';
import type { BuildWish } from '@shared/kernels/build-wish.js';
import { freeBytesOf } from '../platform/free-bytes.js';
import { missingNeeds, type BuildTools } from './build-tools.js';
import { diskUse } from './disk-use.js';
import type { KernelLibrary } from './kernel-library.js';
import type { KernelSources } from './kernel-sources.js';
import { treeFacts } from './tree-facts.js';

const GB = 1024 ** 3;
/** Measured with linux-source-6.1: fetched and unpacked, and the objects of a kernel without debug information and with it. */
const SOURCE_BYTES = 1.8 * GB;
const UNPACKED_BYTES = 1.5 * GB;
const OBJECT_BYTES = 0.3 * GB;
const DEBUG_BYTES = 0.7 * GB;

/** Says what building a kernel would do and whether it can be done; runs nothing of the tree. */
export class BuildPlanner {
  constructor(
    private readonly folder: string,
    private readonly library: KernelLibrary,
    private readonly tools: BuildTools,
    private readonly sources: KernelSources,
  ) {}

  /** `objects` is where make will work: what is there is kept of an earlier build. */
  async plan(wish: BuildWish, objects: string): Promise<KernelPlan> {
    const problems: Failure[] = [];
    const { source } = wish;
    const kept = source.kind === 'debian' ? await this.sources.find(source.suite) : null;
    const tree = source.kind === 'tree' ? source.path : (kept?.tree ?? null);
    const facts = tree === null ? null : await treeFacts(tree).catch(noting(problems));
    if (facts && wish.defconfig.endsWith('_defconfig') && !facts.defconfigs.includes(wish.defconfig))
      problems.push(failure('build-options', { why: `This tree has no ${wish.defconfig}` }));
    if (/[\s:]/.test(objects))
      problems.push(
        failure('build-tree', {
          path: objects,
          why: 'make can’t work in a folder with a space or a colon in its path',
          fix: 'Keep Paddock’s data elsewhere (XDG_DATA_HOME).',
        }),
      );
    const [conflict] = optionConflicts(wish.options, wish.defconfig.includes('nommu'));
    if (conflict !== undefined) problems.push(failure('build-options', { why: conflict.replace(/\.$/, '') }));
    const [fault] = readFragment(wish.fragment).faults;
    if (fault) problems.push(failure('build-fragment', { line: fault.line, text: fault.text }));
    const needs = await this.tools.needs(wish);
    problems.push(...missingNeeds(needs));
    const keptBytes = await diskUse(objects);
    const wanted = wish.options.includes('debug-info') ? DEBUG_BYTES : OBJECT_BYTES;
    const spaceBytes = Math.round(
      (source.kind === 'debian' && !kept ? SOURCE_BYTES : 0) + Math.max(0, wanted - keptBytes),
    );
    const freeBytes = await freeIn(this.folder);
    if (freeBytes < spaceBytes)
      problems.push(
        failure('build-room', {
          path: this.folder,
          needs: formatBytes(spaceBytes),
          free: formatBytes(freeBytes),
        }),
      );
    return {
      steps: planSteps(wish, tree, objects, needs),
      fragment: fragmentText(wish.options, wish.fragment),
      needs,
      version: kept?.packageVersion ?? facts?.version ?? null,
      defconfigs: facts?.defconfigs ?? [],
      spaceBytes,
      freeBytes,
      keptBytes,
      notes: [
        ...(source.kind === 'debian' && !kept
          ? [`Debian’s sources are fetched once and kept; they take ${formatBytes(UNPACKED_BYTES)}.`]
          : []),
        ...(kept ? [`Debian’s ${kept.packageName} ${kept.packageVersion} is here already.`] : []),
        ...(keptBytes > 0
          ? [`${formatBytes(keptBytes)} are kept of the last build: only what changed is built.`]
          : []),
      ],
      warnings: source.kind === 'tree' && !this.knowsTree(source.path) ? [FOREIGN_TREE] : [],
      problems: problems.map(({ error }) => error),
    };
  }

  /** A tree that a kernel of the library was built of already. */
  private knowsTree(path: string): boolean {
    return this.library.all.some(
      ({ record: { how } }) => how.kind === 'built' && how.source.kind === 'tree' && how.source.path === path,
    );
  }
}

function noting(problems: Failure[]): (error: unknown) => null {
  return (error) => {
    if (!(error instanceof Failure)) throw error;
    problems.push(error);
    return null;
  };
}

/** On the disk of a folder that may not be there yet. */
async function freeIn(folder: string): Promise<number> {
  for (let at = folder; ; at = dirname(at)) {
    const free = await freeBytesOf(at).catch(() => null);
    if (free !== null) return free;
    if (at === dirname(at)) return 0;
  }
}
