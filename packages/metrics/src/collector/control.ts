/** Memory that the collector and its receiving thread speak through. */
export type Control = Int32Array<SharedArrayBuffer>;

/** What stands where in it. */
export const CONTROL = {
  /** Not 0: the thread should end. */
  stop: 0,
  /** The socket to receive from. */
  descriptor: 1,
  /** Not 0: a label has half of a surrogate pair, so that Python could not send its page any more. */
  unencodable: 2,
  /** Grows with each request for the report of who writes too many series. */
  report: 3,
} as const;

/** @returns control with nothing set */
export const createControl = (): Control => new Int32Array(new SharedArrayBuffer(16));
