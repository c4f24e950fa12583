import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import { useStore } from 'zustand';
import { buildPlanSchema } from '@shared/images/build-plan.js';
import { recipeSchema } from '@shared/images/recipe.js';

/** A build that this window asked for: what a job alone doesn't tell. Holds no password. */
const keptBuildSchema = z.object({
  jobId: z.string(),
  name: z.string(),
  recipe: recipeSchema,
  plan: buildPlanSchema,
  /** Make a machine on it and start it, once it is there. */
  boot: z.boolean(),
});
export type KeptBuild = z.infer<typeof keptBuildSchema>;

const KEY = 'paddock.builds';
/** Enough for what is on the list of jobs, and for building again what was built lately. */
const KEPT = 20;

function read(): KeptBuild[] {
  try {
    return z.array(keptBuildSchema).parse(JSON.parse(localStorage.getItem(KEY) ?? '[]'));
  } catch {
    // Written by another version.
    return [];
  }
}

const store = createStore<{ builds: readonly KeptBuild[] }>(() => ({ builds: read() }));

function write(builds: readonly KeptBuild[]): void {
  store.setState({ builds });
  localStorage.setItem(KEY, JSON.stringify(builds));
}

/** Keeps what a build was asked for with, so that its page can show the plan after the window was closed, too. */
export function keepBuild(build: KeptBuild): void {
  const others = store.getState().builds.filter(({ jobId }) => jobId !== build.jobId);
  write([build, ...others].slice(0, KEPT));
}

/** Takes the wish to boot what a job makes; true the first time it is asked for. */
export function takeBootWish(jobId: string): boolean {
  const { builds } = store.getState();
  const isWished = builds.some((build) => build.jobId === jobId && build.boot);
  if (isWished) write(builds.map((build) => (build.jobId === jobId ? { ...build, boot: false } : build)));
  return isWished;
}

/** The builds of this window, newest first. */
export function useKeptBuilds(): readonly KeptBuild[] {
  return useStore(store, ({ builds }) => builds);
}
