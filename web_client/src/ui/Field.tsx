import { type ReactNode, useId } from 'react';

interface ControlProps {
  readonly id?: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-labelledby'?: string;
  readonly 'aria-invalid'?: boolean;
}

interface Props {
  readonly label: string;
  readonly note?: string;
  readonly isFault?: boolean;
  readonly isRequired?: boolean;
  /** Several controls under one label, as radio buttons are. */
  readonly isGroup?: boolean;
  readonly className?: string;
  readonly children: (props: ControlProps) => ReactNode;
}

function Required() {
  return (
    <span className="required" aria-hidden="true">
      {' *'}
    </span>
  );
}

/** A label, its control and what there is to say about it, tied together for screen readers. */
export function Field({
  label,
  note,
  isFault = false,
  isRequired = false,
  isGroup = false,
  className,
  children,
}: Props) {
  const id = useId();
  const described = note ? { 'aria-describedby': `${id}-note` } : {};
  const named = isGroup ? { 'aria-labelledby': `${id}-label` } : { id };
  return (
    <div className={`field ${className ?? ''}`}>
      {isGroup ? (
        <span className="label" id={`${id}-label`}>
          {label}
          {isRequired && <Required />}
        </span>
      ) : (
        <label className="label" htmlFor={id}>
          {label}
          {isRequired && <Required />}
        </label>
      )}
      {children({ ...named, ...described, 'aria-invalid': isFault || undefined })}
      {note && (
        <span id={`${id}-note`} className={isFault ? 'note fault' : 'note'} aria-live="polite">
          {note}
        </span>
      )}
    </div>
  );
}
