import { useId, type ComponentProps, type ReactNode } from 'react';
import { classNames } from './class-names.js';
import { Tooltip } from './tooltip.js';
import './button.css';

/** What every button takes besides what a <button> takes. */
export interface ButtonProps extends Omit<ComponentProps<'button'>, 'disabled'> {
  variant?: 'plain' | 'quiet' | 'primary' | 'danger' | undefined;
  size?: 'lg' | undefined;
  icon?: ReactNode;
  /** Why it can't be used now. It stays focusable and says this on hover and focus. */
  reason?: string | null | undefined;
  /** In a narrow window only the icon is shown. */
  collapses?: boolean | undefined;
}

/** A button: a verb that says the deed. */
export function Button(props: ButtonProps) {
  const { variant = 'plain', size, icon, reason, collapses, className, children, onClick, ...rest } = props;
  const id = useId();
  const button = (
    <button
      type="button"
      {...rest}
      {...(reason ? { 'aria-disabled': true, 'aria-describedby': id } : {})}
      className={classNames('btn', variant !== 'plain' && variant, size, collapses && 'lbl', className)}
      onClick={reason ? (event) => event.preventDefault() : onClick}
    >
      {icon}
      {children}
      {reason && (
        <span hidden id={id}>
          {reason}
        </span>
      )}
    </button>
  );
  return reason ? (
    <Tooltip text={reason} delay={100}>
      {button}
    </Tooltip>
  ) : (
    button
  );
}

/** A button that is only an icon; its label is its name and its tooltip. */
export function IconButton({ label, className, ...props }: ButtonProps & { label: string }) {
  const button = (
    <Button variant="quiet" aria-label={label} className={classNames('icon', className)} {...props} />
  );
  return props.reason ? (
    button
  ) : (
    <Tooltip text={label} delay={500}>
      {button}
    </Tooltip>
  );
}
