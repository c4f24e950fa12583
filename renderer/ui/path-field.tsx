import { bridge } from '../lib/bridge.js';
import { TextField, type TextFieldProps } from './field.js';

/** What the field takes besides what a line of text takes. */
interface PathFieldProps extends TextFieldProps {
  label: string;
  /** What can be chosen. */
  chooses?: 'file' | 'folder';
  /** Asks for it in another way than for something that is there. */
  choose?: () => Promise<string | null>;
  onPath: (path: string) => void;
}

/** A path of this computer: typed, or chosen in the desktop's own dialog. */
export function PathField({ chooses = 'file', choose, onPath, ...field }: PathFieldProps) {
  const ask = async (): Promise<void> => {
    const path = await (choose ? choose() : bridge.files.askForPath(chooses));
    if (path !== null) onPath(path);
  };
  return (
    <TextField
      {...field}
      onChange={(event) => onPath(event.target.value)}
      aside={
        <button
          type="button"
          className="inputdeed"
          aria-label={`Choose… ${field.label}`}
          onClick={() => void ask()}
        >
          Choose…
        </button>
      }
    />
  );
}
