const composePlaceholder = (): RegExp => {
  // Python's `[a-z]` without regard to case also matches İ ı ſ and the Kelvin sign.
  const first = '_a-zA-Z\\u0130\\u0131\\u017f\\u212a';
  const name = `[${first}][.${first}0-9]*`;
  return new RegExp(`\\$(?:(\\$)|(${name})|\\{(${name})\\})`, 'gu');
};

const PLACEHOLDER = /* @__PURE__ */ composePlaceholder();

/** Whether a default refers to another option, so that it can only be checked once that is known. */
export const hasReference = (text: string): boolean =>
  text.replaceAll('\\$', '').replaceAll('$$', '').includes('$');

/**
 * `text` with `$name` and `${name}` replaced; `$$` and `\$` give a dollar sign, any other `$` stays.
 * @param lookup gives the text for a name; `undefined` leaves the placeholder as it is
 * @parity oslo.config 9.0.0 cfg.py ConfigOpts.Template — same
 */
export const substitute = (text: string, lookup: (name: string) => string | undefined): string =>
  text.includes('$')
    ? text
        .replaceAll('\\$', '$$$$')
        .replace(PLACEHOLDER, (whole, escaped: string | undefined, named?: string, braced?: string) => {
          if (escaped !== undefined) return '$';
          return lookup(named ?? braced ?? '') ?? whole;
        })
    : text;
