import type { Image } from './image.js';

/** "ext4 on the whole disk", "ext4 on partition 1 (ubda1)" */
export function rootWords({ filesystem, rootPartition }: Image): string {
  const what = filesystem === 'unknown' ? 'a file system that nobody looked at' : filesystem;
  return rootPartition === null
    ? `${what}, on the whole disk`
    : `${what}, on partition ${rootPartition} (/dev/ubda${rootPartition})`;
}
