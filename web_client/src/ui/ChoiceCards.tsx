import { useId } from 'react';

interface Option<Value extends string> {
  readonly value: Value;
  readonly title: string;
  readonly note?: string;
  readonly tone?: string;
}

interface Props<Value extends string> {
  readonly legend: string;
  readonly value: Value | null;
  readonly options: readonly Option<Value>[];
  readonly onChoose: (value: Value) => void;
}

/** Radio buttons large enough for a thumb. */
export function ChoiceCards<Value extends string>({ legend, value, options, onChoose }: Props<Value>) {
  const name = useId();
  return (
    <fieldset className="choices">
      <legend>{legend}</legend>
      <div className="choice-grid">
        {options.map((option) => (
          <label
            key={option.value}
            className={`choice ${option.tone ?? ''} ${value === option.value ? 'chosen' : ''}`}
          >
            <input
              type="radio"
              name={name}
              checked={value === option.value}
              onChange={() => onChoose(option.value)}
            />
            <span className="choice-title">{option.title}</span>
            {option.note && <span className="choice-note">{option.note}</span>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
