/** What dogpile.cache makes of the texts of a configuration: numbers, booleans, None. */
export const coerced = (given: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const result = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(given)) {
    result[name] = typeof value === 'string' ? coercedText(value.trim()) : value;
  }
  return result;
};

const coercedText = (text: string): unknown => {
  if (/^[-+]?\d+$/u.test(text)) {
    const whole = BigInt(text.replace(/^\+/u, ''));
    return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
  }
  if (/^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/iu.test(text)) return Number(text);
  if (/^(?:true|false)$/iu.test(text)) return text.toLowerCase() === 'true';
  return text === 'None' ? null : text;
};
