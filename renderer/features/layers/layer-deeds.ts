/** What is done about layers elsewhere: dialogs and other places, which the window composes. */
export interface LayerDeeds {
  showMachine: (vmId: string) => void;
  /** Makes a layer on a base; null: one is chosen there. */
  newLayer: (baseId: string | null) => void;
  /** Makes a machine on an image: an id or a path. */
  newMachine: (image: string) => void;
  branch: (layerId: string) => void;
  snapshot: (vmId: string) => void;
  /** Back to a snapshot; null: one is chosen there. */
  restore: (vmId: string, snapshotId: string | null) => void;
  merge: (layerId: string) => void;
  mend: (layerId: string) => void;
  trash: () => void;
}
