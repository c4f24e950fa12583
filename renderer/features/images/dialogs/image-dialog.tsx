import type { ReactNode, RefObject } from 'react';
import { Button, type ButtonProps } from '../../../ui/button.js';
import { Dialog } from '../../../ui/dialog.js';
import { ErrorNote } from '../../../ui/note.js';
import type { JobAsking } from '../use-image-job.js';
import './image-dialogs.css';

/** What a dialog that starts a job takes. */
interface ImageDialogProps {
  title: string;
  text: ReactNode;
  verb: string;
  icon?: ReactNode;
  variant?: ButtonProps['variant'];
  asking: Pick<JobAsking, 'isAsking' | 'error'>;
  /** Why it can't be done yet. */
  reason: string | null;
  initialFocus?: RefObject<HTMLElement | null>;
  onStart: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog about an image: its fields, and one deed that begins a job. */
export function ImageDialog(props: ImageDialogProps) {
  const {
    title,
    text,
    verb,
    icon,
    variant = 'primary',
    asking,
    initialFocus,
    onStart,
    onClose,
    children,
  } = props;
  const reason = asking.isAsking ? 'It is about to begin.' : props.reason;
  return (
    <Dialog
      title={title}
      text={<p>{text}</p>}
      onClose={onClose}
      {...(initialFocus ? { initialFocus } : {})}
      footer={
        <span className="end row">
          <Button onClick={onClose}>Cancel</Button>
          <Button variant={variant} icon={icon} reason={reason} onClick={onStart}>
            {verb}
          </Button>
        </span>
      }
    >
      <form
        className="imagefields"
        onSubmit={(event) => {
          event.preventDefault();
          if (reason === null) onStart();
        }}
      >
        {children}
        <input type="submit" hidden />
        {asking.error && <ErrorNote error={asking.error} />}
      </form>
    </Dialog>
  );
}
