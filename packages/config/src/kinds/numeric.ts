import type { Option } from '../options.ts';
import type { Kind, Reading } from './kind.ts';

/** Limits of a number, in the unit of the value. */
export interface Limits {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly choices?: readonly unknown[] | undefined;
}

/** `value` if it keeps to the limits. A NaN keeps to none. */
export const within = (
  value: number,
  { min, max, choices }: Limits,
  write: (value: number) => string,
): Reading => {
  if (choices !== undefined && !choices.includes(value))
    return { problem: `is not one of ${choices.join(', ')}` };
  if (min !== undefined && !(value >= min)) return { problem: `is less than the minimum, ${write(min)}` };
  if (max !== undefined && !(value <= max)) return { problem: `is more than the maximum, ${write(max)}` };
  return { value };
};

/** A number that was read, or what is wrong with it. */
export type NumberReading = number | string;

/** The kind of a type whose values are numbers. */
export const numericKind = (
  label: string,
  read: (text: string) => NumberReading,
  fromNumber: (value: number) => NumberReading,
  limitsOf: (option: Option) => Limits,
  write: (value: number) => string = String,
): Kind => {
  const limited = (value: NumberReading, option: Option): Reading =>
    typeof value === 'string' ? { problem: value } : within(value, limitsOf(option), write);
  return {
    label,
    read: (text, option) => limited(read(text), option),
    accept: (value, option) => {
      if (typeof value === 'number') return limited(fromNumber(value), option);
      return limited(typeof value === 'string' ? read(value) : 'is not a number', option);
    },
    write: (value) => write(value as number),
  };
};
