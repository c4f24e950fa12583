import { useEffect, useState } from 'react';
import { Button, type ButtonProps } from './button.js';
import { CheckIcon, CopyIcon } from './icons.js';

/** How long "Copied" stands before the button is itself again. */
const COPIED_MS = 1600;

/** Puts text on the clipboard and says so. `write` does it, because only the app knows how. */
export function CopyButton({
  write,
  children = 'Copy',
  ...props
}: ButtonProps & { write: () => Promise<void> }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button
      variant="quiet"
      icon={copied ? <CheckIcon /> : <CopyIcon />}
      {...props}
      onClick={() => void write().then(() => setCopied(true))}
    >
      {copied ? 'Copied' : children}
    </Button>
  );
}
