import type { HostState } from '@shared/api/state.js';
import type { Image } from '@shared/images/image.js';
import { isJobActive, type Job } from '@shared/jobs/job.js';
import { kindWords } from './image-words.js';

/** The groups of the list, in their order. */
export type ImageGroup = 'building' | 'failed' | 'ready';

const groupTitles: Readonly<Record<ImageGroup, string>> = {
  building: 'Building',
  failed: 'Failed',
  ready: 'Ready',
};

/** A line of the list: the head of a group, an image that is being made or couldn't be, or one that is there. */
export type ImageRow = {
  key: string;
  /** Place within its group, counted from 1, and how many there are. */
  place: number;
  of: number;
} & (
  | { kind: 'group'; group: ImageGroup; title: string; count: number; isOpen: boolean }
  | { kind: 'job'; job: Job; name: string }
  | { kind: 'image'; image: Image; bytes: number; job: Job | null }
);

/** What the rows are made of. */
export interface ImageRowsInput extends Pick<HostState, 'images' | 'bases' | 'jobs'> {
  filter: string;
  folded: readonly string[];
}

/** True for work that makes an image which isn't there yet. */
export function isMaking({ kind }: Job): boolean {
  return kind === 'build-image' || kind === 'import-image';
}

/** The name of the image that a job makes: the last word of its title, which is how all of them are called. */
export function nameOfMaking(job: Job): string {
  return job.title.replace(/^(?:Building|Importing|Making)\s+/, '');
}

/** The job that works on an image now, or the last one that did and stands on the list. */
export function jobOfImage(jobs: HostState['jobs'], imageId: string): Job | null {
  const own = Object.values(jobs).filter((job) => job.imageId === imageId && !isMaking(job));
  return own.sort((a, b) => b.startedAt.localeCompare(a.startedAt))[0] ?? null;
}

const collator = new Intl.Collator('en', { numeric: true });

/** The list: what is being made, what failed, what is ready; each filtered, by name. */
export function imageRows({ images, bases, jobs, filter, folded }: ImageRowsInput): ImageRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (text: string): boolean => words.every((word) => text.toLowerCase().includes(word));
  const makings = Object.values(jobs)
    .filter(isMaking)
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt))
    .map((job) => ({ key: `job:${job.id}`, kind: 'job' as const, job, name: nameOfMaking(job) }))
    .filter(({ name }) => matches(name));
  const onDisk = new Map(
    Object.values(bases).flatMap(({ imageId, onDiskBytes }) =>
      imageId === null ? [] : [[imageId, onDiskBytes] as const],
    ),
  );
  const working = new Map(
    Object.values(jobs).flatMap((job) =>
      job.imageId !== null && isJobActive(job.state) && !isMaking(job) ? [[job.imageId, job] as const] : [],
    ),
  );
  const ready = Object.values(images)
    .filter((image) => matches(`${image.name} ${kindWords[image.kind]} ${image.note} ${image.recipe}`))
    .sort((a, b) => collator.compare(a.name, b.name))
    .map((image) => ({
      key: `image:${image.id}`,
      kind: 'image' as const,
      image,
      bytes: onDisk.get(image.id) ?? image.sizeBytes,
      job: working.get(image.id) ?? null,
    }));
  return [
    ...groupOf(
      'building',
      makings.filter(({ job }) => isJobActive(job.state)),
      folded,
    ),
    ...groupOf(
      'failed',
      makings.filter(({ job }) => job.state === 'failed'),
      folded,
    ),
    ...groupOf('ready', ready, folded),
  ];
}

type Bare<T> = T extends unknown ? Omit<T, 'place' | 'of'> : never;

function groupOf(group: ImageGroup, items: readonly Bare<ImageRow>[], folded: readonly string[]): ImageRow[] {
  if (items.length === 0) return [];
  const key = `group:${group}`;
  const isOpen = !folded.includes(key);
  const head: ImageRow = {
    key,
    kind: 'group',
    group,
    title: groupTitles[group],
    count: items.length,
    isOpen,
    place: 1,
    of: 1,
  };
  const rows = items.map((item, n) => ({ ...item, place: n + 1, of: items.length }));
  return isOpen ? [head, ...rows] : [head];
}
