import { Input } from 'antd';
import { Field } from '../../ui/Field';

interface TextField<Name extends string> {
  readonly name: Name;
  readonly label: string;
  readonly note?: string;
  readonly isRequired?: boolean;
  readonly type?: 'text' | 'date' | 'tel' | 'password';
}

interface Props<Name extends string> {
  readonly fields: readonly TextField<Name>[];
  readonly values: Readonly<Record<Name, string>>;
  readonly isDisabled?: boolean;
  readonly onChange: (name: Name, value: string) => void;
}

/** One line of text each. */
export function TextFields<Name extends string>({ fields, values, isDisabled, onChange }: Props<Name>) {
  return (
    <div className="pairs">
      {fields.map(({ name, label, note, isRequired, type }) => (
        <Field key={name} label={label} note={note} isRequired={isRequired}>
          {(props) => (
            <Input
              {...props}
              type={type ?? 'text'}
              autoComplete="off"
              disabled={isDisabled}
              value={values[name]}
              onChange={(event) => onChange(name, event.target.value)}
            />
          )}
        </Field>
      ))}
    </div>
  );
}
