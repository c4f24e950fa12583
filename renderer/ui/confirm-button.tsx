import { useEffect, useState } from 'react';
import { Button, type ButtonProps } from './button.js';

/** What a button with a second word takes. */
export interface ConfirmButtonProps extends ButtonProps {
  /** What it says when it was pressed once, and then does; null: it does it at once. */
  confirm: string | null;
  onConfirmed: () => void;
}

/** How long the second word stands. Then it was a slip. */
const STANDS_MS = 6000;

/** A button for what can't be undone: pressed once it names the deed in red, pressed again it does it. */
export function ConfirmButton({ confirm, onConfirmed, children, ...props }: ConfirmButtonProps) {
  const [isAsking, setIsAsking] = useState(false);
  // What it would confirm is another thing now, or none.
  const [asked, setAsked] = useState(confirm);
  if (asked !== confirm) {
    setAsked(confirm);
    setIsAsking(false);
  }
  useEffect(() => {
    if (!isAsking) return;
    const timer = setTimeout(() => setIsAsking(false), STANDS_MS);
    const escaped = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setIsAsking(false);
    };
    window.addEventListener('keydown', escaped);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('keydown', escaped);
    };
  }, [isAsking]);
  const shown = isAsking && confirm !== null && !props.reason ? confirm : null;
  return (
    <Button
      {...props}
      {...(shown ? { variant: 'danger', 'aria-label': shown } : {})}
      onBlur={() => setIsAsking(false)}
      onClick={() => {
        if (confirm !== null && !isAsking) return setIsAsking(true);
        setIsAsking(false);
        onConfirmed();
      }}
    >
      {shown ?? children}
    </Button>
  );
}
