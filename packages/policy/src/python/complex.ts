import { floatRepr } from './float.ts';
import { Opaque } from './values.ts';

const textOf = (real: number, imaginary: number): string => {
  const imaginaryText = `${floatRepr(imaginary, false)}j`;
  if (Object.is(real, 0)) return imaginaryText;
  return `(${floatRepr(real, false)}${imaginaryText.startsWith('-') ? '' : '+'}${imaginaryText})`;
};

/** A Python complex number. */
export class Complex extends Opaque {
  readonly real: number;
  readonly imaginary: number;

  constructor(real: number, imaginary: number) {
    super('complex', textOf(real, imaginary));
    this.real = real;
    this.imaginary = imaginary;
  }
}
