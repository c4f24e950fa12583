import { useEffect, useMemo, type ReactNode } from 'react';
import type { Job } from '@shared/jobs/job.js';
import type { VmView } from '@shared/vms/vm-view.js';
import { ImageDetail } from '../features/images/image-detail.js';
import { ImageList } from '../features/images/image-list.js';
import { ImagesEmpty } from '../features/images/images-empty.js';
import { ImageWizard } from '../features/images/wizard/image-wizard.js';
import { JobProgress } from '../features/jobs/job-progress.js';
import { StateIcon } from '../features/vms/state-icon.js';
import { useHost } from '../stores/host-store.js';
import { selectImageRow, useImagesView } from '../stores/images-store.js';
import { imageDeeds, makeImage } from './image-deeds.js';
import { ImageJobPage } from './image-job-page.js';

const stateIcon = (vm: VmView): ReactNode => <StateIcon state={vm.state} />;
const progress = (job: Job): ReactNode => <JobProgress job={job} />;

/** The list of images at the left of the window. */
export function ImagesSide({ isLoaded }: { isLoaded: boolean }) {
  const images = useHost((state) => state.images);
  const bases = useHost((state) => state.bases);
  const jobs = useHost((state) => state.jobs);
  const state = useMemo(() => ({ images, bases, jobs }), [images, bases, jobs]);
  return (
    <ImageList
      state={state}
      isLoaded={isLoaded}
      onNew={makeImage}
      onImport={imageDeeds.importArchive}
      onTrash={imageDeeds.trash}
    />
  );
}

/** The place of images beside its list: an image, a job that makes one, the wizard, or what there is to do. */
export function ImagesPlace() {
  const selected = useImagesView((view) => view.selected);
  const isMaking = useImagesView((view) => view.isMaking);
  const gone = useImagesView((view) => view.gone);
  const images = useHost((state) => state.images);
  const bases = useHost((state) => state.bases);
  const layers = useHost((state) => state.layers);
  const kernels = useHost((state) => state.kernels);
  const jobs = useHost((state) => state.jobs);
  const vms = useHost((state) => state.vms);
  const [kind, id = ''] = selected?.split(/:(.*)/s) ?? [];
  const job = kind === 'job' ? jobs[id] : undefined;
  const image = kind === 'image' ? images[id] : undefined;
  const isGone = (kind === 'job' && !job) || (kind === 'image' && !image);
  useEffect(() => {
    if (isGone) selectImageRow(null);
  }, [isGone]);
  if (isMaking) return <ImageWizard state={{ images, kernels }} />;
  if (job) return <ImageJobPage key={job.id} job={job} />;
  if (image)
    return (
      <ImageDetail
        key={image.id}
        image={image}
        state={{ bases, layers, vms, jobs }}
        stateIcon={stateIcon}
        progress={progress}
        deeds={imageDeeds}
        onShowJob={(jobId) => selectImageRow(`job:${jobId}`)}
      />
    );
  return (
    <ImagesEmpty
      count={Object.keys(images).length}
      gone={gone}
      onNew={makeImage}
      onImport={imageDeeds.importArchive}
      onTrash={imageDeeds.trash}
    />
  );
}
