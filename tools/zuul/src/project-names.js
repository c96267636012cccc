// Projects have a short name, and one that begins with the host where they lie.

/** The host that project names stand for here, as in the recorded answers of Zuul. */
export const HOST = 'git.example.com';

/** @param {unknown} name in either form */
export const shortName = (name) => {
  const text = String(name);
  return text.startsWith(`${HOST}/`) ? text.slice(HOST.length + 1) : text;
};

/** @param {unknown} name in either form */
export const canonicalName = (name) => `${HOST}/${shortName(name)}`;
