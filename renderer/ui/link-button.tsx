import type { ComponentProps } from 'react';
import './field.css';

/** A deed in the middle of a sentence. */
export function LinkButton(props: ComponentProps<'button'>) {
  return <button type="button" {...props} className="linkbtn" />;
}
