/** The path of a note ends in its 16 characters; an older one begins with them. @param {string} path */
export const uidOf = (path) => {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const dot = base.lastIndexOf('.');
  const stem = dot > 0 ? base.slice(0, dot) : base;
  const uid = stem.slice(-16);
  return uid.includes('-') ? stem.slice(0, 16) : uid;
};

/** @param {string} path */
export const isNote = (path) => path.endsWith('.yaml');
