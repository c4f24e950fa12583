import type { ErrorText } from './error-words.js';

/** The parameters of the errors about layers, snapshots, merges, disks and the trash. */
export interface LayerErrorParams {
  'layer-missing': { path: string };
  'layer-damaged': { path: string; why: string };
  'layer-base-changed': { base: string; was: string; now: string };
  'layer-base-resized': { base: string; was: number; now: number };
  'layer-base-missing': { base: string };
  'layer-locked': { path: string; pid: number };
  'layer-unknown': { id: string };
  'layer-not-free': { name: string; why: string };
  'layer-held': { path: string; why: string };
  'layer-half-merged': { layer: string; layerId: string; base: string };
  'snapshot-unknown': { id: string };
  'snapshot-failed': { name: string; why: string };
  'base-has-layers': { path: string; layers: string };
  'merge-confirmation': { name: string };
  'merge-differs': { offset: number };
  'mend-refused': { name: string; why: string };
  'mend-confirmation': { base: string; name: string };
  'disk-none': { name: string; disk: string };
  'disk-refused': { name: string; disk: string; why: string };
  'disk-taken': { name: string; disk: string };
  'disks-full': { name: string; most: number };
  'disk-path': { path: string; why: string };
  'disk-shared': { path: string; other: string };
  'trash-unknown': { id: string };
  'trash-failed': { path: string; why: string };
  'merge-target-exists': { path: string };
  'merge-target-is-source': { path: string };
  'merge-target-invalid': { name: string; nearest: string };
  'merge-no-space': { folder: string; neededMiB: number; freeMiB: number };
  'merge-result-wrong': { path: string; why: string };
  'merge-base-wrong': { base: string; layer: string; layerId: string; why: string };
  'layer-none': { name: string; why: string };
}

const mib = (n: number): string => `${n} MB`;

/** What they say. */
export const layerErrorTexts: {
  readonly [C in keyof LayerErrorParams]: (params: LayerErrorParams[C]) => ErrorText;
} = {
  'layer-missing': (p) => ({
    sentence: `The layer ${p.path} is not there.`,
    fix: 'Put it back, or delete the machine.',
  }),
  'layer-damaged': (p) => ({
    sentence: `The layer ${p.path} is damaged: ${p.why}.`,
    fix: 'Put back a copy of it, go back to a snapshot, or let it go to the trash: paddock layer repair',
  }),
  'layer-base-changed': (p) => ({
    sentence: `${p.base} was changed after the layer was made on it (${p.was}, now ${p.now}).`,
    fix: 'Put the original back. Where the content is the same, Mend sets its time back: paddock layer repair',
  }),
  'layer-base-resized': (p) => ({
    sentence: `${p.base} had ${p.was} bytes when the layer was made on it, and has ${p.now} now.`,
    fix: 'Put the original back.',
  }),
  'layer-base-missing': (p) => ({
    sentence: `The base image ${p.base} is not there.`,
    fix: 'Put it back where it was, or say where it is now: paddock layer rebase',
  }),
  'layer-locked': (p) => ({
    sentence: `${p.path} is in use by process ${p.pid}.`,
    fix: 'Stop the machine that uses it first.',
  }),
  'layer-unknown': (p) => ({
    sentence: `There is no layer ${p.id}.`,
    fix: '“paddock layer list” shows the layers there are.',
  }),
  'layer-not-free': (p) => ({ sentence: `That can’t be done to ${p.name}: ${p.why}.`, fix: '' }),
  'layer-held': (p) => ({
    sentence: `${p.path} is being worked on: ${p.why}.`,
    fix: 'Wait until that is done. A merge that was interrupted waits for you: resume it in Layers.',
  }),
  'layer-half-merged': (p) => ({
    sentence: `A merge of ${p.layer} into ${p.base} was interrupted, and only this layer can bring it to its end.`,
    fix: `Resume the merge first, or give the base up: Mend in Layers, or paddock layer repair ${p.layerId} --plan`,
  }),
  'snapshot-unknown': (p) => ({
    sentence: `There is no snapshot ${p.id} of this machine.`,
    fix: '“paddock layer list” shows the snapshots there are.',
  }),
  'snapshot-failed': (p) => ({
    sentence: `The disks of ${p.name} were not copied: ${p.why}.`,
    fix: 'The machine goes on as it was. Try again, or shut it down first.',
  }),
  'base-has-layers': (p) => ({
    sentence: `${p.path} is the base of ${p.layers}: whoever writes to it breaks every layer on it.`,
    fix: 'Attach it read-only, or make a layer on it.',
  }),
  'merge-confirmation': (p) => ({
    sentence: `A merge into the base changes ${p.name} for good and breaks all other layers on it.`,
    fix: `If you want that, confirm it with the name of the base: ${p.name}`,
  }),
  'merge-differs': (p) => ({
    sentence: `The result is not what uml_moo makes: they differ at byte ${p.offset}. It was removed.`,
    fix: 'Base and layer are untouched. Merge with uml_moo, and please report this.',
  }),
  'mend-refused': (p) => ({ sentence: `${p.name} can’t be mended that way: ${p.why}.`, fix: '' }),
  'mend-confirmation': (p) => ({
    sentence: `Given up, ${p.base} stays half old, half new for good, and no layer on it can be used.`,
    fix: `If you want that, confirm it with the name of the base: ${p.name}`,
  }),
  'disk-none': (p) => ({
    sentence: `${p.name} has no disk ${p.disk}.`,
    fix: '“paddock disk list NAME” shows the disks it has.',
  }),
  'disk-refused': (p) => ({ sentence: `${p.disk} of ${p.name} can’t be changed: ${p.why}.`, fix: '' }),
  'disk-taken': (p) => ({
    sentence: `${p.name} has a disk ${p.disk} already.`,
    fix: 'Choose another number, or take that one away first.',
  }),
  'disks-full': (p) => ({
    sentence: `${p.name} has ${p.most} disks, and more it can’t have.`,
    fix: 'Take one away first.',
  }),
  'disk-path': (p) => ({ sentence: `${p.path} can’t be a disk: ${p.why}.`, fix: 'Choose another file.' }),
  'disk-shared': (p) => ({
    sentence: `${p.path} is a disk of ${p.other} too, which runs: two guests that write to one disk destroy it.`,
    fix: `Stop ${p.other} first, or attach it read-only in both.`,
  }),
  'trash-unknown': (p) => ({
    sentence: `There is nothing ${p.id} in the trash.`,
    fix: '“paddock trash list” shows what there is.',
  }),
  'trash-failed': (p) => ({
    sentence: `${p.path} can’t be put back: ${p.why}.`,
    fix: 'Make room for it first.',
  }),
  'merge-target-exists': (p) => ({
    sentence: `${p.path} exists already, and a merge overwrites nothing.`,
    fix: 'Choose another name.',
  }),
  'merge-target-is-source': (p) => ({
    sentence: `${p.path} is the base or the layer of this merge; writing there would empty it.`,
    fix: 'Choose another name.',
  }),
  'merge-target-invalid': (p) => ({
    sentence: `“${p.name}” can’t be an image’s name: 1 to 40 of a to z, 0 to 9 and -, not starting with -.`,
    fix: p.nearest === '' ? 'Choose a name such as web-gold.' : `Use ${p.nearest} instead.`,
  }),
  'merge-no-space': (p) => ({
    sentence: `The merged image may need ${mib(p.neededMiB)}, and ${p.folder} has ${mib(p.freeMiB)} free.`,
    fix: 'Free some space first.',
  }),
  'merge-result-wrong': (p) => ({
    sentence: `The merged image ${p.path} is not what it should be: ${p.why}. It was removed.`,
    fix: 'Base and layer are untouched; try again.',
  }),
  'merge-base-wrong': (p) => ({
    sentence: `After the merge ${p.base} is not what it should be: ${p.why}. It is half old, half new.`,
    fix: `${p.layer} is kept: resume the merge in Layers, or with paddock layer repair ${p.layerId}`,
  }),
  'layer-none': (p) => ({
    sentence: `${p.name} has no layer of Paddock’s: ${p.why}.`,
    fix: 'Its disks are copied with the tools that made them, or as files while it is off.',
  }),
};
