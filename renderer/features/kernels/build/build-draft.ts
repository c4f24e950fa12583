import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import { usualBuildOptions, type BuildOptionId } from '@shared/kernels/build-options.js';
import { SMALLEST, TREES_OWN, type Built, type BuildWish } from '@shared/kernels/build-wish.js';

/** What was chosen and typed so far; kept while one looks elsewhere. */
export interface BuildDraft {
  source: 'debian' | 'tree';
  suite: string;
  acceptStale: boolean;
  treePath: string;
  defconfig: string;
  options: readonly BuildOptionId[];
  fragment: string;
  jobs: string;
  /** null: named after what is built. */
  title: string | null;
}

const fresh: BuildDraft = {
  source: 'debian',
  suite: 'bookworm',
  acceptStale: false,
  treePath: '',
  defconfig: TREES_OWN,
  options: usualBuildOptions,
  fragment: '',
  jobs: String(Math.max(1, navigator.hardwareConcurrency)),
  title: null,
};

const store = createStore<BuildDraft>(() => fresh);

/** The draft. */
export function useBuildDraft(): BuildDraft {
  return useStore(store);
}

/** Changes some of it. */
export function editBuild(changes: Partial<BuildDraft>): void {
  store.setState(changes);
}

/** Begins anew. */
export function resetBuild(): void {
  store.setState(fresh, true);
}

/** Takes a kernel that was built as what to start from. */
export function fillBuildFrom({ source, defconfig, options, fragment, jobs }: Built): void {
  store.setState({
    ...fresh,
    source: source.kind,
    ...(source.kind === 'debian' ? { suite: source.suite } : { treePath: source.path }),
    defconfig,
    options,
    fragment,
    jobs: String(jobs),
  });
}

/** The name until somebody types one. */
export function titleOf({ title, source, suite, treePath, defconfig }: BuildDraft): string {
  if (title !== null) return title;
  const from =
    source === 'debian' ? `Linux of ${suite}` : (treePath.split('/').filter(Boolean).at(-1) ?? 'Linux');
  return `${from}${defconfig === SMALLEST ? ', small' : defconfig.includes('nommu') ? ', nommu' : ''}`;
}

/** What is asked for; null while something that it needs isn't said, or can't be. */
export function wishOf(draft: BuildDraft): BuildWish | null {
  const jobs = Number(draft.jobs);
  const title = titleOf(draft).trim();
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 256 || title === '' || title.length > 120) return null;
  if (draft.source === 'tree' && !draft.treePath.startsWith('/')) return null;
  return {
    source:
      draft.source === 'debian'
        ? { kind: 'debian', suite: draft.suite, mirror: null, acceptStale: draft.acceptStale }
        : { kind: 'tree', path: draft.treePath },
    defconfig: draft.defconfig,
    options: [...draft.options],
    fragment: draft.fragment,
    jobs,
    title,
  };
}
