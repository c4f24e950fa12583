import { guestDiskName } from '@shared/layers/disk.js';
import { disksInWords, listInWords } from '@shared/layers/disks-in-words.js';
import type { Layer } from '@shared/layers/layer.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { fileName, formatBytes } from '../../lib/format.js';

/** The layers of machines, by their ids: `<machine>.<unit>` for a machine's own. */
type Layers = Readonly<Record<string, Pick<Layer, 'changedBytes' | 'onDiskBytes' | 'basePath'>>>;
type Going = Pick<VmView, 'disks' | 'logBytes'> & { id: string };

/** What is deleted with a machine, and what stays, in sentences: each layer, and each disk of its own, by name. */
export function whatGoes({ id, disks, logBytes }: Going, layers: Layers): string {
  const own = disks.filter(({ kind }) => kind === 'own');
  const files = disks.filter(({ kind }) => kind === 'file');
  const onLayers = disks.filter(({ kind }) => kind === 'layer');
  const bases = [...new Set(onLayers.flatMap(({ basePath }) => (basePath === null ? [] : [basePath])))];
  const gone = [
    ...layersText(id, onLayers, layers),
    ...(own.length > 0 ? [`${own.length > 1 ? 'disks' : 'disk'} ${disksInWords(own)}`] : []),
    ...(disks.length === files.length ? ['folder'] : []),
    `${formatBytes(logBytes)} of console logs`,
  ];
  return [
    `Its ${listInWords(gone)} are removed for good.`,
    ...(bases.length > 0 ? [stays(bases, 'base image')] : []),
    ...(files.length > 0 ? [stays([...new Set(files.map(({ file }) => file))], 'file')] : []),
  ].join(' ');
}

/** What the layers, disks and logs of a machine take, as far as it is known. */
export function bytesOf({ id, disks, logBytes }: Going, layers: Layers): number {
  return disks.reduce((sum, { unit }) => sum + (layers[`${id}.${unit}`]?.onDiskBytes ?? 0), logBytes);
}

function layersText(id: string, disks: VmView['disks'], layers: Layers): string[] {
  const sizes = ({ unit }: { unit: number }): string => {
    const layer = layers[`${id}.${unit}`];
    return layer
      ? ` with ${formatBytes(layer.changedBytes)} of changes (${formatBytes(layer.onDiskBytes)} on disk)`
      : '';
  };
  const [only] = disks;
  if (!only) return [];
  if (disks.length === 1) return [`layer${sizes(only)}`];
  return [`layers ${listInWords(disks.map((disk) => `/dev/${guestDiskName(disk.unit)}${sizes(disk)}`))}`];
}

function stays(paths: readonly string[], what: string): string {
  const names = listInWords(paths.map(fileName));
  return paths.length === 1
    ? `The ${what} ${names} stays as it is.`
    : `The ${what}s ${names} stay as they are.`;
}
