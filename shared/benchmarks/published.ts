import type { OperationId } from './operation.js';

/** A row of figures that somebody published, in nanoseconds. */
export interface PublishedColumn {
  id: string;
  name: string;
  figures: Partial<Record<OperationId, number>>;
}

/** A table of them, with where it is from. */
export interface PublishedTable {
  id: string;
  title: string;
  source: string;
  columns: readonly PublishedColumn[];
}

const micro = (figures: Partial<Record<OperationId, number>>): Partial<Record<OperationId, number>> =>
  Object.fromEntries(Object.entries(figures).map(([id, us]) => [id, Math.round(us * 1e4) / 10]));

/**
 * The tables that came with the patches for UML without an MMU: lmbench, and getpid by a loop of their own, on computers
 * of their authors. lmbench's fork+execve and fork+sh are by vfork on a kernel without an MMU.
 */
export const publishedTables: readonly PublishedTable[] = [
  {
    id: 'nommu-v8',
    title: 'Published with nommu v8',
    source:
      'Hajime Tazaki, “[PATCH v8 11/12] um: nommu: add documentation of nommu UML”, linux-um, 30 April 2025; lmbench and do_getpid on v6.13-rc5',
    columns: [
      {
        id: 'native',
        name: 'Native',
        figures: {
          getpid: 172,
          ...micro({
            read: 0.3488,
            write: 0.2861,
            'select-10': 0.5569,
            'select-100': 2.3964,
            stat: 1.9171,
            'open-close': 3.8475,
            'fork-exec': 535.3,
            'fork-sh': 1159,
          }),
        },
      },
      {
        id: 'um',
        name: 'UML',
        figures: {
          getpid: 24_979,
          ...micro({
            read: 25.7922,
            write: 26.556,
            'select-10': 27.0149,
            'select-100': 26.9242,
            stat: 36.2893,
            'open-close': 62.2847,
            'fork-exec': 2075.8333,
            'fork-sh': 5230.3333,
          }),
        },
      },
      {
        id: 'um-nommu',
        name: 'UML without an MMU',
        figures: {
          getpid: 2691,
          ...micro({
            read: 2.7923,
            write: 2.7961,
            'select-10': 2.9772,
            'select-100': 3.8947,
            stat: 3.2678,
            'open-close': 6.3909,
            'fork-exec': 135.4074,
            'fork-sh': 409.1786,
          }),
        },
      },
    ],
  },
  {
    id: 'nommu-zpoline',
    title: 'Published with nommu by zpoline',
    source:
      'Hajime Tazaki, “um: nommu: add documentation of nommu UML” of the zpoline series, linux-um; lmbench and do_getpid on v6.12-rc3',
    columns: [
      {
        id: 'native',
        name: 'Native',
        figures: {
          getpid: 180,
          ...micro({
            read: 0.3442,
            write: 0.2862,
            'select-10': 0.5645,
            'select-100': 2.3872,
            stat: 1.9236,
            'open-close': 3.8308,
            'fork-exec': 533.1053,
            'fork-sh': 1176.4444,
          }),
        },
      },
      {
        id: 'um',
        name: 'UML',
        figures: {
          getpid: 31_579,
          ...micro({
            read: 28.5771,
            write: 28.734,
            'select-10': 28.3738,
            'select-100': 28.8385,
            stat: 38.5928,
            'open-close': 66.8451,
            'fork-exec': 3034.5,
            'fork-sh': 8221.5,
          }),
        },
      },
      {
        id: 'um-nommu',
        name: 'UML without an MMU',
        figures: {
          getpid: 101,
          ...micro({
            read: 0.137,
            write: 0.1236,
            'select-10': 0.2647,
            'select-100': 1.1021,
            stat: 0.464,
            'open-close': 0.7789,
            'fork-exec': 4894.3333,
            'fork-sh': 21_443,
          }),
        },
      },
    ],
  },
];
