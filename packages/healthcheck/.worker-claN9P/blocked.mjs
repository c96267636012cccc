// src/event-loop.ts
var EVERY = 1e3;
var EventLoop = class {
  /** 0 to 1: the share of the last second in which it worked. */
  utilization = 0;
  /** How late the latest tick of the last second was. */
  delay = 0;
  #sampledAt = performance.now();
  #tickedAt = performance.now();
  #worst = 0;
  #used = performance.eventLoopUtilization();
  /** @param length how long a tick is meant to take */
  onTick(length) {
    const now2 = performance.now();
    this.#worst = Math.max(this.#worst, now2 - this.#tickedAt - length);
    this.#tickedAt = now2;
    if (now2 - this.#sampledAt < EVERY) return;
    const used = performance.eventLoopUtilization();
    this.utilization = performance.eventLoopUtilization(used, this.#used).utilization;
    this.#used = used;
    this.delay = Math.max(0, this.#worst);
    this.#worst = 0;
    this.#sampledAt = now2;
  }
};

// src/clock.ts
var TickClock = class {
  /** The present tick, as of the last {@link refresh}. */
  tick;
  /** How long a tick is. */
  length;
  #now;
  #timer;
  /** @param now the monotonic time; by default that of the process */
  constructor(length, now2 = () => performance.now()) {
    this.length = length;
    this.#now = now2;
    this.tick = Math.floor(now2() / length);
  }
  /** Looks at the monotonic clock. */
  refresh() {
    this.tick = Math.floor(this.#now() / this.length);
    return this.tick;
  }
  /** Calls `onTick` once a tick, until {@link close}. Keeps no process alive. */
  start(onTick2) {
    this.#timer ??= setInterval(onTick2, this.length).unref();
  }
  close() {
    clearInterval(this.#timer);
    this.#timer = void 0;
  }
  /** A span of time in ticks, rounded up; 0 stays 0. */
  ticksOf(span) {
    return span === 0 ? 0 : Math.max(1, Math.ceil(span / this.length));
  }
};

// src/channels.ts
import { channel } from "node:diagnostics_channel";
var named = (name) => channel(`oslofjord:healthcheck:${name}`);
var transitionChannel = /* @__PURE__ */ named("transition");
var probeChannel = /* @__PURE__ */ named("probe");

// src/components/failure.ts
var CODE = /^(?:[A-Z][A-Z0-9_]{2,63}|[0-9A-Z]{5})$/;
var CLASS = /^[A-Z][A-Za-z]{0,62}(?:Error|Exception)$/;
var LONGEST = 256;
var SECRETS = [
  // user:password@host, with or without a scheme before it
  [/[^\s/@]{0,256}:[^\s@]{0,256}@/g, "***@"],
  [/\b(?:bearer|basic|token|apikey)\s+[^\s,;]+/gi, "***"],
  [
    /((?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|access[-_]?key|credential|auth|cookie|session)[a-z0-9_-]*["']?\s*[=:]\s*)("[^"]*"?|'[^']*'?|[^\s,;&)}]+)/gi,
    "$1***"
  ],
  // JSON web tokens and other long runs of letters and digits that mean nothing to a reader
  [/\beyJ[\w-]+(?:\.[\w-]*)*/g, "***"],
  [/\b[A-Za-z0-9_+/=-]{32,}/g, "***"]
];
var redact = (message) => {
  let text = message.slice(0, 4 * LONGEST).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, " ");
  for (const [pattern, replacement] of SECRETS) text = text.replace(pattern, replacement);
  return text.trim().slice(0, LONGEST);
};
var field = (error, name) => typeof error === "object" && error !== null ? error[name] : void 0;
var failureOf = (error, keepsMessage) => {
  const code = [field(error, "code"), field(field(error, "cause"), "code")].find(
    (value) => typeof value === "string" && CODE.test(value)
  );
  const name = field(error, "name");
  const kept = code ?? (typeof name === "string" && CLASS.test(name) ? name : "Error");
  const message = field(error, "message");
  return keepsMessage && typeof message === "string" ? { code: kept, message: redact(message) } : { code: kept };
};
var classifyAny = (error) => field(error, "name") === "AbortError" ? "nothing" : "failure";

// src/components/in-flight.ts
var InFlight = class {
  /** Calls by the tick they began in, as a ring. */
  #begun;
  /** How many calls had succeeded when a tick began, as a ring. */
  #okAtTick;
  #mask;
  #limit;
  #share;
  #now;
  #oks = 0;
  /** Calls that began before the ring. */
  #ancient = 0;
  #writtenOff = 0;
  #writtenOffBefore = -1;
  /**
   * @param now the present tick
   * @param limit from how many ticks on a call is stuck; 0 for never. A call begins somewhere within its tick: one tick
   *   more than the time that is meant makes sure that none counts too early
   * @param share 0 to 1: from what share of the calls that should have ended on, most are stuck
   */
  constructor(now2, limit, share) {
    let size = 8;
    while (size < limit + 2) size *= 2;
    this.#begun = new Int32Array(size);
    this.#okAtTick = new Float64Array(size);
    this.#mask = size - 1;
    this.#limit = limit;
    this.#share = share;
    this.#now = now2;
  }
  begin() {
    this.#begun[this.#now & this.#mask]++;
  }
  /** @param begun the tick in which it began */
  end(begun) {
    const index = begun & this.#mask;
    if (begun < this.#writtenOffBefore) {
      if (this.#writtenOff > 0) this.#writtenOff -= 1;
    } else if (this.#now - begun > this.#mask) {
      if (this.#ancient > 0) this.#ancient -= 1;
    } else if (this.#begun[index] > 0) {
      this.#begun[index]--;
    }
  }
  /** Ends a call that succeeded. */
  endOk(begun) {
    this.#oks += 1;
    if (begun !== this.#now) {
      this.end(begun);
      return;
    }
    const index = begun & this.#mask;
    const calls = this.#begun[index];
    if (calls > 0) this.#begun[index] = calls - 1;
  }
  /** Calls that succeeded. */
  get oks() {
    return this.#oks;
  }
  /** The clock went on. */
  advance(now2) {
    const size = this.#mask + 1;
    const from = Math.max(this.#now + 1, now2 - this.#mask);
    if (now2 - this.#now >= size) for (let tick = 0; tick < size; tick += 1) this.#leaveBehind(tick);
    for (let tick = from; tick <= now2; tick += 1) {
      this.#leaveBehind(tick & this.#mask);
      this.#okAtTick[tick & this.#mask] = this.#oks;
    }
    this.#now = now2;
  }
  /** Writes off the calls that began before a tick. */
  writeOff(before) {
    for (let age = 0; age <= this.#mask; age += 1) {
      const index = this.#now - age & this.#mask;
      if (this.#now - age >= before) continue;
      this.#writtenOff += this.#begun[index];
      this.#begun[index] = 0;
    }
    this.#writtenOff += this.#ancient;
    this.#ancient = 0;
    this.#writtenOffBefore = before;
  }
  /** How much is stuck, of what should have ended within the limit. */
  get stuck() {
    if (this.#limit === 0) return "none";
    let stuck = this.#ancient;
    for (let age = this.#limit; age <= this.#mask; age += 1) {
      stuck += this.#begun[this.#now - age & this.#mask];
    }
    if (stuck === 0) return "none";
    const ended = this.#oks - this.#okAtTick[this.#now - this.#limit + 1 & this.#mask];
    return stuck >= this.#share * (stuck + ended) ? "most" : "some";
  }
  /** Calls under way, without those written off. */
  get count() {
    return this.#begun.reduce((sum, calls) => sum + calls, this.#ancient);
  }
  /** Calls that were written off and have not ended. */
  get abandoned() {
    return this.#writtenOff;
  }
  /** The age of the oldest call in ticks; undefined when there is none. Of calls older than the ring, at least this much. */
  get oldest() {
    if (this.#ancient > 0) return this.#mask + 1;
    for (let age = this.#mask; age >= 0; age -= 1) {
      if (this.#begun[this.#now - age & this.#mask] > 0) return age;
    }
    return void 0;
  }
  #leaveBehind(index) {
    this.#ancient += this.#begun[index];
    this.#begun[index] = 0;
  }
};

// src/components/probe-runner.ts
var MOST_PENDING = 3;
var FORGOTTEN = 3e4;
var ProbeDeadlineError = class extends Error {
  code = "ETIMEDOUT";
};
var ProbeRunner = class {
  #probe;
  #deadline;
  #pending = /* @__PURE__ */ new Map();
  #last = 0;
  constructor(probe, deadline) {
    this.#probe = probe;
    this.#deadline = deadline;
  }
  /** @param onLate how it ended after all, when its time was over */
  async ask(onLate) {
    const now2 = performance.now();
    for (const [id2, started] of this.#pending) if (now2 - started > FORGOTTEN) this.#pending.delete(id2);
    if (this.#pending.size >= MOST_PENDING) return { outcome: "busy" };
    this.#last += 1;
    const id = this.#last;
    this.#pending.set(id, now2);
    const control = new AbortController();
    const error = new ProbeDeadlineError("the probe took longer than its deadline");
    let timer;
    let isOver = false;
    const deadline = new Promise((resolve) => {
      timer = setTimeout(() => {
        isOver = true;
        resolve({ outcome: "fail", error });
        control.abort(error);
      }, this.#deadline).unref();
    });
    const answer = this.#answerOf(control.signal).then((result) => {
      this.#pending.delete(id);
      if (isOver) onLate(result.outcome === "ok");
      return result;
    });
    try {
      return await Promise.race([answer, deadline]);
    } finally {
      clearTimeout(timer);
    }
  }
  async #answerOf(signal) {
    try {
      await this.#probe({ signal });
      return { outcome: "ok" };
    } catch (error) {
      return { outcome: "fail", error };
    }
  }
};

// src/components/state.ts
var initialState = (now2) => ({
  condition: "unknown",
  streak: 0,
  evidenceAt: -1,
  hungSince: -1,
  recoveries: 0,
  writtenOffBefore: -1,
  attempt: 0,
  attemptAt: now2,
  probing: false,
  openUntil: -1
});
var waitFor = (attempt, random, rules) => {
  const full = Math.min(rules.halfOpenAfter * 2 ** Math.min(attempt, 16), rules.halfOpenMax);
  return Math.max(1, Math.round(Math.min(full * (0.8 + 0.4 * random), rules.halfOpenMax)));
};
var onOk = (state, event, rules) => {
  const { now: now2 } = event;
  const streak = Math.min(Math.max(state.streak, 0) + 1, rules.passAfter);
  const isFresh = state.hungSince >= 0 && event.begun >= state.hungSince;
  const recoveries = state.recoveries + (isFresh ? 1 : 0);
  const isProven = isFresh && recoveries >= rules.passAfter;
  const stillFails = state.condition === "fail" && streak < rules.passAfter;
  const isBad = stillFails || state.hungSince >= 0 && !isProven;
  return {
    condition: stillFails ? "fail" : "pass",
    streak,
    evidenceAt: now2,
    hungSince: isProven ? -1 : state.hungSince,
    recoveries: isProven ? 0 : recoveries,
    writtenOffBefore: isProven ? state.hungSince : state.writtenOffBefore,
    attempt: isBad ? state.attempt : 0,
    // It answers again: the next question comes at once.
    attemptAt: stillFails || isFresh ? now2 + 1 : event.isProbe ? now2 + rules.every : state.attemptAt,
    probing: event.isProbe ? false : state.probing,
    // A success keeps the window open for the next.
    openUntil: isBad && state.openUntil > now2 ? now2 + rules.halfOpenWindow : -1
  };
};
var onFail = (state, event, rules) => {
  const { now: now2, random } = event;
  const streak = Math.max(Math.min(state.streak, 0) - 1, -rules.failAfter);
  const fails = state.condition === "fail" || streak <= -rules.failAfter;
  const isNew = fails && state.condition !== "fail";
  const isAttempt = event.isProbe || state.openUntil > now2;
  const attempt = isNew ? 0 : state.attempt + (isAttempt ? 1 : 0);
  const from = event.isProbe && state.probing ? state.attemptAt : now2;
  return {
    ...state,
    condition: fails ? "fail" : state.condition,
    streak,
    evidenceAt: now2,
    recoveries: 0,
    attempt,
    attemptAt: isNew || isAttempt ? Math.max(now2 + 1, from + waitFor(attempt, random, rules)) : state.attemptAt,
    probing: event.isProbe ? false : state.probing,
    openUntil: -1
  };
};
var needsAttempt = (state, rules) => state.condition === "fail" || state.hungSince >= 0 || rules.every > 0 || rules.probesAtStart && state.condition === "unknown";
var onTick = (state, event, rules) => {
  const { now: now2, stuck, random } = event;
  let next = state;
  if (stuck === "most" && state.hungSince < 0) {
    const isKnown = state.condition === "fail";
    next = {
      ...next,
      hungSince: now2,
      recoveries: 0,
      attempt: isKnown ? state.attempt : 0,
      attemptAt: isKnown ? state.attemptAt : now2 + waitFor(0, random, rules)
    };
  } else if (stuck !== "most" && state.hungSince >= 0) {
    next = { ...next, hungSince: -1, recoveries: 0 };
  }
  if (next.openUntil >= 0 && next.openUntil <= now2) next = { ...next, openUntil: -1 };
  if (!needsAttempt(next, rules)) return next;
  if (next.probing || next.openUntil > now2 || next.attemptAt > now2) return next;
  if (rules.hasProbe) return { ...next, probing: true };
  const attempt = next.attempt + 1;
  const openUntil = now2 + rules.halfOpenWindow;
  return { ...next, attempt, openUntil, attemptAt: openUntil + waitFor(attempt, random, rules) };
};
var transition = (state, event, rules) => {
  switch (event.kind) {
    case "ok":
      return onOk(state, event, rules);
    case "fail":
      return onFail(state, event, rules);
    case "tick":
      return onTick(state, event, rules);
  }
};
var read = (state, now2, calls, rules) => {
  const isStale = rules.ttl > 0 && state.evidenceAt >= 0 && now2 - state.evidenceAt >= rules.ttl;
  if (state.condition === "fail" || calls.stuck === "most") {
    if (state.openUntil > now2) return { status: "warn", cause: "half-open" };
    if (calls.stuck === "most") return { status: "fail", cause: "hung" };
    return { status: "fail", cause: isStale ? "stale" : "failures" };
  }
  if (state.streak < 0) return { status: "warn", cause: "flapping" };
  if (state.condition === "unknown") return { status: "unknown", cause: "no-evidence" };
  if (calls.stuck === "some") return { status: "warn", cause: "slow" };
  if (calls.hasAbandoned) return { status: "warn", cause: "abandoned" };
  return isStale ? { status: "unknown", cause: "stale" } : { status: "pass", cause: "working" };
};

// src/components/component.ts
var NO_EVIDENCE = -1;
var MOST_ROUTES = 64;
var Component = class {
  name;
  options;
  #host;
  #clock;
  #scopes;
  #rules;
  #calls;
  #runner;
  #probing;
  #routes = /* @__PURE__ */ new Set();
  #state;
  #reading;
  /** Nothing but the time of its last success can change by a further success. */
  #isSteady = false;
  #lastOk = -1;
  #failure;
  #probeOks = 0;
  #fails = 0;
  #hasWorked = false;
  constructor(name, options, host) {
    const { clock } = host;
    this.name = name;
    this.options = options;
    this.#host = host;
    this.#clock = clock;
    this.#scopes = host.scopes;
    this.#rules = {
      failAfter: options.failAfter,
      passAfter: options.passAfter,
      ttl: clock.ticksOf(options.ttl),
      hasProbe: options.probe !== void 0,
      probesAtStart: options.startup,
      every: clock.ticksOf(options.every),
      halfOpenAfter: clock.ticksOf(options.halfOpenAfter),
      // Rounded down: the longest wait is a promise.
      halfOpenMax: Math.max(1, Math.floor(options.halfOpenMax / clock.length)),
      halfOpenWindow: clock.ticksOf(options.halfOpenWindow)
    };
    const limit = options.hang === 0 ? 0 : clock.ticksOf(options.hang) + 1;
    this.#calls = new InFlight(clock.tick, limit, options.hangShare);
    this.#runner = options.probe && new ProbeRunner(options.probe, options.probeDeadline);
    this.#state = initialState(clock.tick);
    this.#reading = this.#read();
  }
  /** How it reads as of the last tick. */
  get reading() {
    return this.#reading;
  }
  /** Whether it has worked since the process started, whatever happened then. */
  get hasWorked() {
    return this.#hasWorked;
  }
  /** What the last failure was; undefined while it passes. */
  get failure() {
    return this.#failure;
  }
  /** The routes whose requests used it; at most 64. */
  get routes() {
    return this.#routes;
  }
  /** What it was learned from. Ages in milliseconds, as exact as a tick. */
  get evidence() {
    const last = Math.max(this.#state.evidenceAt, this.#lastOk);
    const { oldest, count, abandoned } = this.#calls;
    const { length, tick } = this.#clock;
    return {
      oks: this.#calls.oks + this.#probeOks,
      fails: this.#fails,
      age: last < 0 ? void 0 : (tick - last) * length,
      inFlight: count,
      abandoned,
      oldest: oldest === void 0 ? void 0 : oldest * length
    };
  }
  /** A call begins. Costs a few nanoseconds and allocates nothing. */
  begin() {
    if (this.#scopes.isUsed && !this.#admits()) return NO_EVIDENCE;
    this.#calls.begin();
    return this.#clock.tick;
  }
  /** A call succeeded. */
  ok(token) {
    if (token === NO_EVIDENCE) return;
    this.#calls.endOk(token);
    const now2 = this.#clock.tick;
    this.#lastOk = now2;
    if (!this.#isSteady) {
      this.#apply({ kind: "ok", now: now2, begun: token, isProbe: false, random: this.#host.random() });
    }
  }
  /**
   * A call ended with an error, which may still show that the component answers.
   * @param error what it failed with; when left out, the component failed
   */
  fail(token, error) {
    if (token === NO_EVIDENCE) return;
    const verdict = error === void 0 ? "failure" : this.options.classify(error);
    if (verdict === "answer") {
      this.ok(token);
      return;
    }
    this.#calls.end(token);
    if (verdict === "failure") this.#failed(error, false);
  }
  /** A call ended and says nothing of the component: its caller gave up. */
  forget(token) {
    if (token !== NO_EVIDENCE) this.#calls.end(token);
  }
  /** A failure that belongs to no call, such as a connection that was lost. */
  lost(error) {
    if (this.#scopes.isUsed && !this.#admits()) return;
    if (error === void 0 || this.options.classify(error) === "failure") this.#failed(error, false);
  }
  /** Records how `work` ends, and hands on what it returns or throws. */
  async track(work) {
    const token = this.begin();
    try {
      const result = await work();
      this.ok(token);
      return result;
    } catch (error) {
      this.fail(token, error);
      throw error;
    }
  }
  /** The same function, with every call recorded. */
  wrap(call) {
    return async (...args) => this.track(() => call(...args));
  }
  /**
   * Asks it now, whatever it reads, and learns from the answer. Whoever asks while a probe is under way joins it.
   * @returns undefined where it has no probe
   */
  async probe() {
    if (this.#runner === void 0) return void 0;
    this.#probing ??= this.#ask(this.#runner).finally(() => {
      this.#probing = void 0;
    });
    return this.#probing;
  }
  /** Time went on; called once a tick, after the clock was looked at. */
  advance() {
    const now2 = this.#clock.tick;
    this.#calls.advance(now2);
    if (this.#isSteady && this.#lastOk > this.#state.evidenceAt) {
      this.#state = { ...this.#state, evidenceAt: this.#lastOk };
    }
    const wasProbing = this.#state.probing;
    this.#apply({ kind: "tick", now: now2, stuck: this.#calls.stuck, random: this.#host.random() });
    if (this.#state.probing && !wasProbing) void this.probe();
  }
  async #ask(runner) {
    const started = this.#clock.tick;
    const before = performance.now();
    const result = await runner.ask((isOk) => {
      if (isOk) this.#learn(started, false);
    });
    if (result.outcome === "ok") this.#learn(started, true);
    else if (result.outcome === "fail") this.#failed(result.error, true);
    else this.#endProbe();
    this.#host.onProbe(this, result, performance.now() - before);
    return result;
  }
  /** Whether the present work is evidence; notes the route on the way. */
  #admits() {
    const scope = this.#scopes.current;
    if (scope === void 0) return true;
    if (!this.#host.countsAnonymous && !scope.isAuthenticated()) return false;
    if (this.#routes.size < MOST_ROUTES) {
      const route = scope.route();
      if (route !== void 0) this.#routes.add(route);
    }
    return true;
  }
  #learn(begun, isProbe) {
    const now2 = this.#clock.tick;
    this.#probeOks += 1;
    this.#lastOk = now2;
    this.#apply({ kind: "ok", now: now2, begun, isProbe, random: this.#host.random() });
  }
  #failed(error, isProbe) {
    this.#fails += 1;
    this.#failure = failureOf(error, this.#host.keepsMessages);
    this.#apply({ kind: "fail", now: this.#clock.tick, isProbe, random: this.#host.random() });
  }
  /** A probe that could not be made says nothing. */
  #endProbe() {
    this.#state = { ...this.#state, probing: false, attemptAt: this.#clock.tick + this.#rules.halfOpenMax };
  }
  #apply(event) {
    const before = this.#state;
    this.#state = transition(before, event, this.#rules);
    if (this.#state.writtenOffBefore !== before.writtenOffBefore) {
      this.#calls.writeOff(this.#state.writtenOffBefore);
    }
    if (this.#state.condition === "pass") this.#hasWorked = true;
    const reading = this.#read();
    this.#isSteady = reading.cause === "working" && this.#state.streak >= this.#rules.passAfter;
    if (reading.cause === "working") this.#failure = void 0;
    if (reading.status === this.#reading.status && reading.cause === this.#reading.cause) return;
    const previous = this.#reading;
    this.#reading = reading;
    this.#host.onReading(this, previous);
  }
  #read() {
    const { stuck, abandoned } = this.#calls;
    return read(this.#state, this.#clock.tick, { stuck, hasAbandoned: abandoned > 0 }, this.#rules);
  }
};

// ../config/src/errors.ts
var BRAND = /* @__PURE__ */ Symbol.for("@oslofjord/config.error");
var ConfigError = class extends Error {
  constructor(message, options) {
    super(message, options);
    Object.defineProperty(this, BRAND, { get: () => this.name });
  }
  /** Also recognises an error of another copy of this package. */
  static [Symbol.hasInstance](value) {
    if (typeof value !== "object" || value === null || !(BRAND in value)) return false;
    const { className } = this;
    return className === void 0 || value[BRAND] === className;
  }
};
var show = (value) => typeof value === "string" ? JSON.stringify(value) : String(value);
var InvalidDurationError = class extends ConfigError {
  static className = "InvalidDurationError";
  name = "InvalidDurationError";
  code = "ERR_CONFIG_DURATION";
  value;
  constructor(value) {
    super(`${show(value)} is not a duration; write seconds, or a number with ms, s, m, h or d`);
    this.value = value;
  }
};

// ../config/src/ini/whitespace.ts
var SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
var LEADING = /* @__PURE__ */ new RegExp(`^[${SPACE}]+`, "u");
var SPACE_CHARACTER = /* @__PURE__ */ new RegExp(`[${SPACE}]`, "u");
var stripStart = (text) => text.replace(LEADING, "");
var stripEnd = (text) => {
  let end = text.length;
  while (end > 0 && SPACE_CHARACTER.test(text.charAt(end - 1))) end -= 1;
  return end === text.length ? text : text.slice(0, end);
};
var strip = (text) => stripEnd(stripStart(text));

// ../config/src/kinds/duration-text.ts
var MILLISECONDS = /* @__PURE__ */ new Map([
  ["ms", 1],
  ["", 1e3],
  ["s", 1e3],
  ["m", 6e4],
  ["h", 36e5],
  ["d", 864e5]
]);
var readDuration = (text) => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([a-z]*)$/u.exec(strip(text)) ?? [];
  const factor = MILLISECONDS.get(unit ?? "none");
  if (amount === void 0 || factor === void 0) return void 0;
  const milliseconds = Math.round(Number(amount) * factor * 1e3) / 1e3;
  return Number.isFinite(milliseconds) ? milliseconds : void 0;
};

// ../config/src/units.ts
var parseDuration = (duration) => {
  const milliseconds = readDuration(String(duration));
  if (milliseconds === void 0) throw new InvalidDurationError(duration);
  return milliseconds;
};

// src/components/component-options.ts
var NAME = /^[A-Za-z0-9_.-]{1,64}$/;
var nameIssue = (name) => NAME.test(name) && !(name in Object.prototype) ? void 0 : `${JSON.stringify(name.slice(0, 80))} is no name: up to 64 letters, digits, "_", "." and "-", and no word of JavaScript's own objects`;
var atLeastOne = (name, value) => Number.isInteger(value) && value >= 1 ? [] : [`${name} must be a whole number from 1 on, not ${value}`];
var componentIssues = (name, options) => {
  const { groups = [], failAfter = 3, passAfter = 2, hangShare = 0.5, startup = false, probe } = options;
  const own = [name, ...groups].flatMap((one) => nameIssue(one) ?? []);
  return [
    ...own,
    ...atLeastOne("failAfter", failAfter),
    ...atLeastOne("passAfter", passAfter),
    ...hangShare > 0 && hangShare <= 1 ? [] : [`hangShare must be above 0 and at most 1, not ${hangShare}`],
    ...startup && probe === void 0 ? ["startup needs a probe: before the start there is no traffic to learn from"] : [],
    ...options.every !== void 0 && probe === void 0 ? ["every needs a probe"] : [],
    ...groups.includes("liveness") ? ["a component cannot be in liveness: restarting this process does not mend another"] : [],
    ...groups.includes("startup") ? ["say startup: true instead of the group"] : []
  ].map((issue) => `component ${JSON.stringify(name.slice(0, 80))}: ${issue}`);
};
var resolveComponentOptions = (options, ttl) => {
  const { severity = "critical", groups = ["readiness"], probe } = options;
  const halfOpenAfter = parseDuration(options.halfOpenAfter ?? 1);
  const decides = severity === "critical" && groups.includes("readiness") && probe !== void 0;
  const halfOpenMax = parseDuration(options.halfOpenMax ?? (decides ? 1 : 30));
  return Object.freeze({
    kind: options.kind ?? "component",
    severity,
    groups,
    startup: options.startup ?? false,
    failAfter: options.failAfter ?? 3,
    passAfter: options.passAfter ?? 2,
    hang: parseDuration(options.hang ?? 5),
    hangShare: options.hangShare ?? 0.5,
    ttl: options.ttl === void 0 ? ttl : parseDuration(options.ttl),
    every: parseDuration(options.every ?? 0),
    halfOpenAfter,
    halfOpenMax: Math.max(halfOpenMax, halfOpenAfter),
    halfOpenWindow: parseDuration(options.halfOpenWindow ?? 2),
    probeDeadline: parseDuration(options.probeDeadline ?? 2),
    probe,
    classify: options.classify ?? classifyAny
  });
};

// src/errors.ts
var brandOf = (code) => /* @__PURE__ */ Symbol.for(`oslofjord.healthcheck.${code}`);
var HealthcheckError = class extends Error {
  /** The stable name of the condition. */
  static code = "ERR_HEALTHCHECK";
  /** The stable name of the condition. */
  code;
  constructor(message, options) {
    super(message, options);
    this.name = new.target.name;
    this.code = new.target.code;
    for (let type = new.target; typeof type === "function"; type = Object.getPrototypeOf(type)) {
      if (Object.hasOwn(type, "code")) {
        Object.defineProperty(this, brandOf(type.code), { value: true });
      }
    }
  }
  /** Also recognises an error of another copy of this package. */
  static [Symbol.hasInstance](value) {
    return typeof value === "object" && value !== null && brandOf(this.code) in value;
  }
};
var InvalidRangeError = class extends HealthcheckError {
  static code = "ERR_HEALTHCHECK_RANGE";
  range;
  constructor(range, reason) {
    super(reason);
    this.range = range;
  }
};
var InvalidAddressError = class extends HealthcheckError {
  static code = "ERR_HEALTHCHECK_ADDRESS";
  constructor(address) {
    super(`'${address}' does not appear to be an IPv4 or IPv6 address`);
  }
};
var HealthcheckOptionsError = class extends HealthcheckError {
  static code = "ERR_HEALTHCHECK_OPTIONS";
  issues;
  constructor(issues) {
    super(`the health check cannot be started: ${issues.join("; ")}`);
    this.issues = issues;
  }
};
var DuplicateComponentError = class extends HealthcheckError {
  static code = "ERR_HEALTHCHECK_DUPLICATE";
  component;
  constructor(component) {
    super(`there is a component ${JSON.stringify(component)} already: give the other one a name of its own`);
    this.component = component;
  }
};
var HealthWorkerError = class extends HealthcheckError {
  static code = "ERR_HEALTHCHECK_WORKER";
  port;
  constructor(port2, reason) {
    super(
      `the thread that answers health cannot listen on port ${port2}: ${reason}; choose a port that is free`
    );
    this.port = port2;
  }
};

// src/addresses/address.ts
var MAPPED_PREFIX = 0xffffn;
var parseIpv4 = (text) => {
  const parts = text.split(".");
  if (parts.length !== 4) return void 0;
  let value = 0n;
  for (const part of parts) {
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return void 0;
    value = value << 8n | BigInt(part);
  }
  return value;
};
var parseGroups = (text) => {
  if (text === "") return [];
  const groups = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (part.includes(".")) {
      const embedded = index === parts.length - 1 ? parseIpv4(part) : void 0;
      if (embedded === void 0) return void 0;
      groups.push(embedded >> 16n, embedded & 0xffffn);
    } else {
      if (!/^[0-9A-Fa-f]{1,4}$/.test(part)) return void 0;
      groups.push(BigInt(`0x${part}`));
    }
  }
  return groups;
};
var parseIpv6 = (text) => {
  const [address = "", zone, ...rest] = text.split("%");
  if (zone === "" || rest.length > 0) return void 0;
  const halves = address.split("::");
  if (halves.length > 2) return void 0;
  const groups = halves.map(parseGroups);
  const [head, tail] = groups;
  if (head === void 0 || halves.length === 2 && tail === void 0) return void 0;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === void 0 ? missing !== 0 : missing < 1) return void 0;
  const all = [...head, ...Array.from({ length: missing }, () => 0n), ...tail ?? []];
  return all.reduce((value, group) => value << 16n | group, 0n);
};
var parseAddress = (text) => {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== void 0) return { bits: 32, value: ipv4 };
  const ipv6 = parseIpv6(text);
  return ipv6 === void 0 ? void 0 : { bits: 128, value: ipv6 };
};
var unwrap = (address) => address.bits === 128 && address.value >> 32n === MAPPED_PREFIX ? { bits: 32, value: address.value & 0xffffffffn } : address;

// src/addresses/network.ts
var maskOf = (length, bits) => {
  const all = (1n << BigInt(bits)) - 1n;
  return all ^ all >> BigInt(length);
};
var lengthOfMask = (mask) => {
  for (let length = 0; length <= 32; length += 1) if (maskOf(length, 32) === mask) return length;
  const complement = mask ^ 0xffffffffn;
  for (let length = 0; length <= 32; length += 1) if (maskOf(length, 32) === complement) return length;
  return void 0;
};
var prefixLength = (text, bits) => {
  if (/^[0-9]+$/.test(text)) {
    const length = Number(text);
    return length <= bits ? length : void 0;
  }
  const mask = bits === 32 ? parseAddress(text) : void 0;
  return mask?.bits === 32 ? lengthOfMask(mask.value) : void 0;
};
var parseNetwork = (text) => {
  const [written = "", prefix, ...rest] = text.split("/");
  const address = rest.length === 0 ? parseAddress(written) : void 0;
  const length = address === void 0 ? void 0 : prefix === void 0 ? address.bits : prefixLength(prefix, address.bits);
  if (address === void 0 || length === void 0) {
    throw new InvalidRangeError(text, `'${text}' does not appear to be an IPv4 or IPv6 network`);
  }
  const mask = maskOf(length, address.bits);
  if ((address.value & mask) !== address.value)
    throw new InvalidRangeError(text, `${text} has host bits set`);
  return { bits: address.bits, base: address.value, mask };
};
var contains = ({ bits, base, mask }, address) => address.bits === bits && (address.value & mask) === base;

// src/backends/file-backends.ts
var OK = "OK";
var DISABLED = "DISABLED BY FILE";
var MISSING = "FILE PATH MISSING";
var disableByFile = (path, files) => ({
  check: () => {
    if (path === void 0 || path === "") {
      return {
        available: true,
        reason: OK,
        details: "No 'disable_by_file_path' configuration value specified"
      };
    }
    return files.exists(path) ? { available: false, reason: DISABLED, details: `Path '${path}' was found` } : { available: true, reason: OK, details: `Path '${path}' was not found` };
  }
});
var disableByFilesPorts = (paths, files) => ({
  check: (port2) => {
    const path = port2 === void 0 ? void 0 : paths.get(port2);
    return path !== void 0 && path !== "" && files.exists(path) ? { available: false, reason: DISABLED, details: "" } : { available: true, reason: OK, details: "" };
  }
});
var enableByFiles = (paths, files) => ({
  check: () => {
    const missing = paths.find((path) => !files.exists(path) || files.hangs(path));
    return missing === void 0 ? { available: true, reason: OK, details: "Specified file paths are available" } : { available: false, reason: MISSING, details: `File path ${missing} is missing` };
  }
});

// src/backends/path-watch.ts
import { existsSync } from "node:fs";
import { access } from "node:fs/promises";
var lookAtOnce = { exists: (path) => existsSync(path), hangs: () => false };
var DEADLINE = 500;
var MOST = 2;
var free = MOST;
var waiting = [];
var withLook = async (look) => {
  if (free > 0) free -= 1;
  else
    await new Promise((resolve) => {
      waiting.push(resolve);
    });
  try {
    await look();
  } finally {
    const next = waiting.shift();
    if (next === void 0) free += 1;
    else next();
  }
};
var PathWatch = class {
  #seen = /* @__PURE__ */ new Map();
  #looking = /* @__PURE__ */ new Map();
  #interval;
  #onChange;
  #timer;
  /**
   * @param interval how long it waits between two looks
   * @param onChange called when a path appeared or disappeared
   */
  constructor(paths, interval, onChange) {
    for (const path of paths) this.#seen.set(path, false);
    this.#interval = interval;
    this.#onChange = onChange;
  }
  /** Begins to look. Resolves when every path was looked at, or when that takes longer than a file system may. */
  async start() {
    const first = this.#lookAtAll();
    this.#timer ??= setInterval(() => void this.#lookAtAll(), this.#interval).unref();
    let patience;
    await Promise.race([
      first,
      new Promise((resolve) => {
        patience = setTimeout(resolve, DEADLINE);
      })
    ]);
    clearTimeout(patience);
  }
  exists(path) {
    return this.#seen.get(path) ?? false;
  }
  hangs(path) {
    const since = this.#looking.get(path);
    return since !== void 0 && performance.now() - since > DEADLINE;
  }
  /** Ends it; the last answers remain. */
  close() {
    clearInterval(this.#timer);
    this.#timer = void 0;
  }
  async #lookAtAll() {
    const paths = [...this.#seen.keys()].filter((path) => !this.#looking.has(path));
    await Promise.all(paths.map(async (path) => this.#lookAt(path)));
  }
  async #lookAt(path) {
    this.#looking.set(path, performance.now());
    await withLook(async () => {
      try {
        await access(path);
        this.#set(path, true);
      } catch {
        this.#set(path, false);
      }
    });
    this.#looking.delete(path);
  }
  #set(path, isThere) {
    if (this.#seen.get(path) === isThere) return;
    this.#seen.set(path, isThere);
    this.#onChange();
  }
};

// src/options.ts
var FILE_BACKENDS = ["disable_by_file", "disable_by_files_ports", "enable_by_files"];
var readPortPaths = (pairs) => {
  const paths = /* @__PURE__ */ new Map();
  for (const pair of pairs.filter((text) => text !== "")) {
    const colon = pair.indexOf(":");
    const port2 = colon < 0 ? "" : pair.slice(0, colon);
    if (!/^\s*[+-]?\d+(?:_\d+)*\s*$/.test(port2)) return void 0;
    paths.set(Number(port2.replaceAll("_", "")), pair.slice(colon + 1));
  }
  return paths;
};
var rangeIssues = (ranges) => ranges.flatMap((range) => {
  try {
    parseNetwork(range);
    return [];
  } catch (error) {
    return [`allowedSourceRanges: ${error.message}`];
  }
});
var issuesOf = (options, resolved) => {
  const { backends, plugins, disableByFilePath, disableByFilePaths, enableByFilePaths } = resolved;
  const known = /* @__PURE__ */ new Set([...FILE_BACKENDS, ...Object.keys(plugins)]);
  const needs = (backend, option, isMissing) => backends.includes(backend) && isMissing ? [`${backend} needs ${option}`] : [];
  return [
    ...backends.filter((name) => !known.has(name)).map((name) => `there is no backend ${JSON.stringify(name)}; known are ${[...known].join(", ")}`),
    ...needs(
      "disable_by_file",
      "disableByFilePath",
      disableByFilePath === void 0 || disableByFilePath === ""
    ),
    ...needs(
      "disable_by_files_ports",
      "disableByFilePaths, as in '8080:/run/disabled'",
      (disableByFilePaths?.size ?? 0) === 0
    ),
    ...needs("enable_by_files", "enableByFilePaths", enableByFilePaths.length === 0),
    ...rangeIssues(options.allowedSourceRanges ?? [])
  ];
};
var resolveHealthcheckOptions = (options) => {
  const isOslo = options.compat === "oslo";
  const backends = (options.backends ?? []).filter((name) => name !== "");
  const resolved = {
    isOslo,
    detailed: options.detailed ?? false,
    backends,
    ignoreProxiedRequests: options.ignoreProxiedRequests ?? false,
    disableByFilePath: options.disableByFilePath,
    disableByFilePaths: readPortPaths(options.disableByFilePaths ?? []),
    enableByFilePaths: (options.enableByFilePaths ?? []).filter((path) => path !== ""),
    plugins: options.plugins ?? {},
    fileInterval: parseDuration(options.fileInterval ?? 1)
  };
  const contradiction = "disable_by_file and enable_by_files contradict each other: use one of them";
  const contradicts = backends.includes("disable_by_file") && backends.includes("enable_by_files");
  if (contradicts && isOslo) throw new HealthcheckOptionsError([contradiction]);
  if (!isOslo) {
    const issues = [...issuesOf(options, resolved), ...contradicts ? [contradiction] : []];
    if (issues.length > 0) throw new HealthcheckOptionsError(issues);
  }
  const ranges = (options.allowedSourceRanges ?? []).filter((range) => range !== "").map(parseNetwork);
  return Object.freeze({ ...resolved, allowedSourceRanges: ranges });
};

// src/responses/accept.ts
var TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
var BLANKS = /[ \t]*/y;
var QUOTED = /"(?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"/y;
var QUALITY = /0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?/y;
var AcceptReader = class {
  #text;
  #at = 0;
  constructor(text) {
    this.#text = text;
  }
  /** The ranges in the header; undefined when it is not valid. */
  read() {
    const ranges = [];
    if (this.#text === "") return ranges;
    if (!this.#takes(",")) {
      const first = this.#range();
      if (first === void 0) return void 0;
      ranges.push(first);
    }
    while (this.#at < this.#text.length) {
      this.#match(BLANKS);
      if (!this.#takes(",")) return void 0;
      this.#optionalRange(ranges);
    }
    return ranges;
  }
  #optionalRange(ranges) {
    const start = this.#at;
    this.#match(BLANKS);
    const range = this.#range();
    if (range === void 0) this.#at = start;
    else ranges.push(range);
  }
  #match(pattern) {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
  #takes(character) {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
  #range() {
    const type = this.#match(TOKEN);
    if (type === void 0 || !this.#takes("/")) return void 0;
    const subtype = this.#match(TOKEN);
    if (subtype === void 0) return void 0;
    let hasParameters = false;
    while (this.#parameter(false)) hasParameters = true;
    const quality = this.#quality();
    if (quality !== void 0) while (this.#parameter(true)) ;
    return { type: type.toLowerCase(), subtype: subtype.toLowerCase(), hasParameters, quality: quality ?? 1 };
  }
  /** `;name=value`; after the quality the value may be left out, and before it the name must not be `q`. */
  #parameter(isExtension) {
    const start = this.#at;
    this.#match(BLANKS);
    if (this.#takes(";")) {
      this.#match(BLANKS);
      const isQuality = /[qQ]=/y;
      isQuality.lastIndex = this.#at;
      if (isExtension || !isQuality.test(this.#text)) {
        const name = this.#match(TOKEN);
        const before = this.#at;
        if (name !== void 0 && this.#takes("=") && (this.#match(TOKEN) ?? this.#match(QUOTED)) !== void 0) {
          return true;
        }
        if (name !== void 0 && isExtension) {
          this.#at = before;
          return true;
        }
      }
    }
    this.#at = start;
    return false;
  }
  #quality() {
    const start = this.#at;
    this.#match(BLANKS);
    if (this.#takes(";")) {
      this.#match(BLANKS);
      if ((this.#takes("q") || this.#takes("Q")) && this.#takes("=")) {
        const text = this.#match(QUALITY);
        if (text !== void 0) return Number(text);
      }
    }
    this.#at = start;
    return void 0;
  }
};
var closeness = (range, type, subtype) => {
  if (range.type === type && range.subtype === subtype) return range.hasParameters ? 0 : 3;
  if (range.subtype === "*" && range.type === type) return 2;
  return range.type === "*" && range.subtype === "*" ? 1 : 0;
};
var negotiate = (accept, offers) => {
  const ranges = accept === void 0 ? void 0 : new AcceptReader(accept).read();
  if (ranges === void 0) return offers[0];
  let best = offers[0];
  let bestQuality = 0;
  for (const offer of offers) {
    const [type = "", subtype = ""] = offer.split("/");
    let [closest, quality] = [0, 0];
    for (const range of ranges) {
      const close = closeness(range, type, subtype);
      if (close <= closest) continue;
      closest = close;
      ({ quality } = range);
    }
    if (quality > bestQuality) {
      best = offer;
      bestQuality = quality;
    }
  }
  return best;
};

// src/responses/bodies.ts
import { hostname, platform, release } from "node:os";
var CONTENT_TYPES = ["text/plain", "text/html", "application/json"];
var ESCAPES = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "'": "&#39;",
  '"': "&#34;"
};
var escape = (text) => text.replace(/[&<>'"]/g, (character) => ESCAPES[character] ?? "");
var dump = (value) => JSON.stringify(value, null, 4).replace(
  /[\x7f-\uffff]/g,
  (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
);
var now = () => (/* @__PURE__ */ new Date()).toISOString().replace("T", " ").replace("Z", "000");
var system = () => `${platform()}-${release()}-${process.arch}`;
var writePlain = ({ results }) => results.map(({ reason }) => reason ?? "").join("\n").trim();
var writeJson = ({ results, detailed }) => detailed ? dump({
  detailed: true,
  gc: { counts: [], threshold: [] },
  greenthreads: [],
  now: now(),
  platform: system(),
  python_version: `Node.js ${process.version}`,
  reasons: results.map(({ kind = "HealthcheckResult", details, reason }) => ({
    class: kind,
    details: details ?? "",
    reason
  })),
  threads: []
}) : dump({ detailed: false, reasons: results.map(({ reason }) => reason) });
var writeRow = ({ kind = "HealthcheckResult", reason, details }, detailed) => {
  if (reason === null || reason === "") return "";
  const before = detailed ? `<TD>${escape(kind)}</TD>` : "";
  const after = detailed ? `<TD>${escape(details ?? "None")}</TD>` : "";
  return `<TR>
${before}
    <TD>${escape(reason)}</TD>
${after}
</TR>`;
};
var heading = (name) => `<TH>
${name}
</TH>
`;
var writeHtml = ({ results, detailed }) => {
  const status = detailed ? `<H1>Server status</H1>
<B>Server hostname:</B><PRE>${escape(hostname())}</PRE>
<B>Current time:</B><PRE>${now()}</PRE>
<B>Python version:</B><PRE>Node.js ${process.version}</PRE>
<B>Platform:</B><PRE>${escape(system())}</PRE>
<HR></HR>
<H2>Garbage collector:</H2>
<B>Counts:</B><PRE>()</PRE>
<B>Thresholds:</B><PRE>()</PRE>
<HR></HR>` : "";
  const headings = detailed ? ["Kind", "Reason", "Details"].map(heading).join("") : `
${heading("Reason")}`.slice(0, -1);
  const rows = results.map((result) => writeRow(result, detailed)).join("");
  return `<HTML>
<HEAD><TITLE>Healthcheck Status</TITLE></HEAD>
<BODY>
${status}
<H2>Result of ${results.length} checks:</H2>
<TABLE bgcolor="#ffffff" border="1">
<TBODY>
<TR>
${headings}
</TR>
${rows}
</TBODY>
</TABLE>
<HR></HR>

</BODY>
</HTML>`;
};
var WRITERS = {
  "text/plain": writePlain,
  "text/html": writeHtml,
  "application/json": writeJson
};
var writeBody = (type, findings) => WRITERS[type](findings);

// src/healthcheck.ts
var PROXY_HEADERS = [
  "x-forwarded",
  "x-forwarded-proto",
  "x-forwarded-host",
  "x-forwarded-for",
  "x-forwarded-prefix"
];
var isFilled = (value) => value !== void 0 && value.length > 0;
var Healthcheck = class {
  #options;
  #backends;
  #watch;
  /** Called when a file appeared or disappeared. */
  onChange = () => void 0;
  /**
   * @throws HealthcheckOptionsError (ERR_HEALTHCHECK_OPTIONS) listing everything that is wrong
   */
  constructor(options = {}) {
    this.#options = resolveHealthcheckOptions(options);
    const { isOslo, disableByFilePath, disableByFilePaths, enableByFilePaths, fileInterval } = this.#options;
    const paths = [disableByFilePath ?? "", ...disableByFilePaths?.values() ?? [], ...enableByFilePaths];
    this.#watch = isOslo ? void 0 : new PathWatch(new Set(paths.filter((path) => path !== "")), fileInterval, () => {
      this.onChange();
    });
    this.#backends = this.#options.backends.flatMap(
      (name) => this.#make(name, this.#watch ?? lookAtOnce) ?? []
    );
  }
  /** Begins to look at files and whatever else backends look at; resolves after the first look. */
  async start() {
    await Promise.all([this.#watch?.start(), ...this.#backends.map((backend) => backend.start?.())]);
  }
  /** Ends what {@link start} began. The last answers remain. */
  close() {
    this.#watch?.close();
    for (const backend of this.#backends) backend.close?.();
  }
  /** {@link close} */
  [Symbol.asyncDispose]() {
    this.close();
    return Promise.resolve();
  }
  /**
   * Answers a request.
   * @returns undefined for a request that is to be ignored, as if there were no health check
   */
  respond(request) {
    if (this.ignores(request)) return void 0;
    const results = this.results(request.port);
    const isHealthy = results.every(({ available }) => Boolean(available));
    const isHead = request.method === "HEAD";
    if (isHead && isHealthy) return { status: 204, headers: {}, body: "" };
    const type = isHead ? "text/plain" : negotiate(request.accept, CONTENT_TYPES);
    const body = isHead ? "" : writeBody(type, { results, detailed: this.#options.detailed });
    return {
      status: isHealthy ? 200 : 503,
      headers: {
        "Content-Type": type === "application/json" ? type : `${type}; charset=UTF-8`,
        "Content-Length": String(Buffer.byteLength(body)),
        ...this.#options.isOslo ? {} : { "Cache-Control": "no-store", Vary: "Accept", "X-Content-Type-Options": "nosniff" }
      },
      body
    };
  }
  /** What the backends say to those who ask by a port. */
  results(port2) {
    return this.#backends.map((backend) => this.#check(backend, port2));
  }
  /** What the backends say, in a form that changes when they do. */
  get summary() {
    return this.#backends.length === 0 ? "" : JSON.stringify(this.results(void 0).map(({ available, reason }) => [Boolean(available), reason]));
  }
  /** Whether backends may answer differently by port. */
  get dependsOnPort() {
    return this.#options.backends.some((name) => !["disable_by_file", "enable_by_files"].includes(name));
  }
  /**
   * A listener for node:http that answers under a path and leaves the rest to `next`.
   * @param next what answers everything else, ignored requests too. @default 404
   */
  handler(path = "/healthcheck", next = (_request, response) => {
    response.writeHead(404).end();
  }) {
    return (request, response) => {
      const [asked] = (request.url ?? "").split("?");
      const answer = asked === path ? this.respond({
        method: request.method ?? "GET",
        accept: request.headers.accept,
        port: request.socket.localPort,
        remoteAddress: request.socket.remoteAddress,
        headers: request.headers
      }) : void 0;
      if (answer === void 0) next(request, response);
      else response.writeHead(answer.status, answer.headers).end(answer.body);
    };
  }
  #make(name, files) {
    const { plugins, isOslo, disableByFilePath, disableByFilePaths, enableByFilePaths } = this.#options;
    switch (name) {
      case "disable_by_file":
        return disableByFile(disableByFilePath, files);
      case "disable_by_files_ports":
        return disableByFilePaths === void 0 ? void 0 : disableByFilesPorts(disableByFilePaths, files);
      case "enable_by_files":
        return enableByFiles(enableByFilePaths, files);
      default:
        try {
          return Object.hasOwn(plugins, name) ? plugins[name]?.() : void 0;
        } catch (error) {
          if (isOslo) return void 0;
          throw error;
        }
    }
  }
  /** A backend that fails makes the service unavailable, without a word of why to those who ask. */
  #check(backend, port2) {
    if (this.#options.isOslo) return backend.check(port2);
    try {
      return backend.check(port2);
    } catch {
      return { available: false, reason: "CHECK FAILED", details: "" };
    }
  }
  /** Whether a request is to be treated as if there were no health check: it comes from outside, or by a proxy. */
  ignores(request) {
    const { isOslo, ignoreProxiedRequests, allowedSourceRanges } = this.#options;
    if (allowedSourceRanges.length > 0 && !this.#isInside(request.remoteAddress)) return true;
    if (!ignoreProxiedRequests) return false;
    const names = isOslo ? PROXY_HEADERS : [...PROXY_HEADERS, "forwarded"];
    return names.some((name) => isFilled(request.headers[name]));
  }
  #isInside(remoteAddress) {
    const { isOslo, allowedSourceRanges } = this.#options;
    if (remoteAddress === void 0 || remoteAddress === "") return !isOslo && remoteAddress === void 0;
    const address = parseAddress(remoteAddress);
    if (address === void 0) {
      if (isOslo) throw new InvalidAddressError(remoteAddress);
      return false;
    }
    const seen = isOslo ? [address] : [address, unwrap(address)];
    return allowedSourceRanges.some((range) => seen.some((one) => contains(range, one)));
  }
};

// src/health-options.ts
var resolveHealthOptions = (options) => {
  const { isAuthenticated, evidence = isAuthenticated === void 0 ? "any" : "authenticated" } = options;
  const tick = parseDuration(options.tick ?? "250ms");
  const history = options.history ?? 64;
  const issues = [
    ...evidence === "authenticated" && isAuthenticated === void 0 ? ["evidence: 'authenticated' needs isAuthenticated"] : [],
    ...tick < 1 ? ["tick must be at least a millisecond; a bare number counts seconds"] : [],
    ...Number.isInteger(history) && history > 0 ? [] : ["history must be a whole number from 1 on"]
  ];
  if (issues.length > 0) throw new HealthcheckOptionsError(issues);
  return Object.freeze({
    service: options.service ?? "service",
    ttl: parseDuration(options.ttl ?? 60),
    unknown: options.unknown ?? "warn",
    countsAnonymous: evidence === "any",
    isAuthenticated: isAuthenticated ?? (() => false),
    keepsMessages: options.errors === "message",
    publicNames: options.publicNames ?? false,
    tick,
    history,
    random: options.random ?? Math.random
  });
};

// src/history.ts
var History = class {
  #size;
  #ring = [];
  #next = 0;
  constructor(size) {
    this.#size = size;
  }
  add(transition2) {
    this.#ring[this.#next] = transition2;
    this.#next = (this.#next + 1) % this.#size;
  }
  /** Oldest first. */
  list() {
    return [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }
};

// src/liveness.ts
var Liveness = class {
  #now;
  #onChange;
  #beats = /* @__PURE__ */ new Map();
  #broken;
  /** @param onChange called when what it says changes by something other than time */
  constructor(now2, onChange) {
    this.#now = now2;
    this.#onChange = onChange;
  }
  /** The process cannot mend itself any more and wants to be restarted. */
  declareBroken(why) {
    this.#broken = why;
    this.#onChange();
  }
  /**
   * Work that must not stand still, such as a loop over messages: call the returned function whenever it went on.
   * @throws HealthcheckOptionsError (ERR_HEALTHCHECK_OPTIONS)
   */
  heartbeat(name, options) {
    const issue = nameIssue(name);
    if (issue !== void 0) throw new HealthcheckOptionsError([`heartbeat: ${issue}`]);
    const own = { within: parseDuration(options.within), at: this.#now() };
    this.#beats.set(name, own);
    return {
      beat: () => {
        own.at = this.#now();
      },
      end: () => {
        this.#beats.delete(name);
      }
    };
  }
  /** What stands still, or is broken; undefined while all is well. */
  get trouble() {
    if (this.#broken !== void 0) return this.#broken;
    const now2 = this.#now();
    for (const [name, { within, at }] of this.#beats) if (now2 - at > within) return `${name} stands still`;
    return void 0;
  }
};

// src/reports.ts
var reportOf = (component) => {
  const { name, options, reading, evidence, failure, routes } = component;
  const { age, oldest, ...counts } = evidence;
  return {
    name,
    kind: options.kind,
    severity: options.severity,
    groups: options.groups,
    ...reading,
    ...counts,
    ...age === void 0 ? {} : { age },
    ...oldest === void 0 ? {} : { oldest },
    ...failure === void 0 ? {} : { failure },
    routes: [...routes].sort()
  };
};
var weigh = (status, severity, unknown) => {
  if (severity === "info" || status === "pass") return "pass";
  const isFailing = status === "fail" || status === "unknown" && unknown === "fail";
  return isFailing && severity === "critical" ? "fail" : "warn";
};
var RANK = { pass: 0, warn: 1, fail: 2 };
var worst = (statuses) => {
  let found = "pass";
  for (const status of statuses) if (RANK[status] > RANK[found]) found = status;
  return found;
};

// src/request-scope.ts
import { AsyncLocalStorage } from "node:async_hooks";
var RequestScopes = class {
  /** Whether there has been a request: until then nothing has to be looked up. */
  isUsed = false;
  #storage = new AsyncLocalStorage();
  /** Runs the work of a request. */
  run(scope, work) {
    this.isUsed = true;
    return this.#storage.run(scope, work);
  }
  /** The request that the present work belongs to; undefined outside any. */
  get current() {
    return this.#storage.getStore();
  }
};

// src/routes.ts
var IDENTIFIER = /^(?:\d+|[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}|.{33,})$/;
var pathOf = (url) => {
  const path = url.replace(/^[a-z]+:\/\/[^/]*/i, "").split(/[?#]/, 1)[0] ?? "";
  const segments = path.split("/").slice(0, 8);
  return segments.map((segment) => IDENTIFIER.test(segment) ? ":id" : segment).join("/");
};
var routeOf = (request) => {
  if (typeof request !== "object" || request === null) return void 0;
  const { method, url, originalUrl, baseUrl, route, routeOptions, _matchedRoute, req } = request;
  if (typeof method !== "string") {
    return typeof req?.method === "string" && typeof req.path === "string" ? `${req.method} ${pathOf(req.path)}` : void 0;
  }
  if (typeof _matchedRoute === "string") return `${method} ${_matchedRoute}`;
  if (typeof route?.path === "string") {
    return `${method} ${typeof baseUrl === "string" ? baseUrl : ""}${route.path}`;
  }
  if (typeof routeOptions?.url === "string") return `${method} ${routeOptions.url}`;
  const asked = typeof originalUrl === "string" ? originalUrl : url;
  return typeof asked === "string" ? `${method} ${pathOf(asked)}` : void 0;
};

// src/health.ts
var Health = class {
  /** The file toggles and backends of `[healthcheck]`. */
  toggles;
  liveness;
  loop = new EventLoop();
  options;
  #clock;
  #scopes = new RequestScopes();
  #components = /* @__PURE__ */ new Map();
  #history;
  #startup = /* @__PURE__ */ new Map();
  #listeners = /* @__PURE__ */ new Set();
  #routeOf;
  #host;
  #standings = /* @__PURE__ */ new Map();
  #onChange = /* @__PURE__ */ new Set();
  #version = 0;
  #standingsOf = -1;
  #phase = "starting";
  #trouble;
  #toggled = "";
  /**
   * @param now the monotonic time, for tests
   * @throws HealthcheckOptionsError (ERR_HEALTHCHECK_OPTIONS) listing everything that is wrong
   */
  constructor(options = {}, now2) {
    this.options = resolveHealthOptions(options);
    this.toggles = new Healthcheck(options);
    this.toggles.onChange = () => {
      this.#changed();
    };
    this.#clock = new TickClock(this.options.tick, now2);
    this.liveness = new Liveness(now2 ?? (() => performance.now()), () => {
      this.#changed();
    });
    this.#history = new History(this.options.history);
    this.#routeOf = options.routeOf ?? routeOf;
    this.#host = {
      clock: this.#clock,
      scopes: this.#scopes,
      countsAnonymous: this.options.countsAnonymous,
      keepsMessages: this.options.keepsMessages,
      random: this.options.random,
      onReading: (component, before) => {
        this.#note(component, before.status);
      },
      onProbe: (component, { outcome }, duration) => {
        if (probeChannel.hasSubscribers)
          probeChannel.publish({ component: component.name, outcome, duration });
      }
    };
  }
  /**
   * Adds something that the service depends on.
   * @throws HealthcheckOptionsError (ERR_HEALTHCHECK_OPTIONS) listing everything that is wrong
   * @throws DuplicateComponentError (ERR_HEALTHCHECK_DUPLICATE) when there is one of this name
   */
  component(name, options = {}) {
    const issues = componentIssues(name, options);
    if (issues.length > 0) throw new HealthcheckOptionsError(issues);
    if (this.#components.has(name)) throw new DuplicateComponentError(name);
    const component = new Component(name, resolveComponentOptions(options, this.options.ttl), this.#host);
    this.#components.set(name, component);
    this.#changed();
    return component;
  }
  /** The components, in the order they were added. */
  get components() {
    return this.#components;
  }
  /** Where the service is in its life. */
  get phase() {
    return this.#phase;
  }
  /** The monotonic time in milliseconds, as exact as a tick. */
  get now() {
    return this.#clock.tick * this.#clock.length;
  }
  /** Goes up whenever an answer may change. */
  get version() {
    return this.#version;
  }
  /** The last transitions, oldest first. */
  get history() {
    return this.#history.list();
  }
  /**
   * Work that has to be done before the service has started. The service stays unready when it fails.
   * @returns what the work does
   */
  async startup(name, work) {
    const issue = nameIssue(name);
    if (issue !== void 0) throw new HealthcheckOptionsError([`startup: ${issue}`]);
    const set = (state) => {
      this.#startup.set(name, state);
      this.#changed();
    };
    set("running");
    try {
      const result = await work();
      set("done");
      return result;
    } catch (error) {
      set("failed");
      throw error;
    }
  }
  /** Begins to tell time and to look at files; resolves after the first look. Until then the service is not ready. */
  async start() {
    this.#clock.start(() => {
      this.tick();
    });
    await this.toggles.start();
    if (this.#phase === "starting") this.#phase = "running";
    this.tick();
    this.#changed();
  }
  /** Ends what {@link start} began. The last readings remain. */
  close() {
    this.#clock.close();
    this.toggles.close();
  }
  /** {@link close} */
  [Symbol.asyncDispose]() {
    this.close();
    return Promise.resolve();
  }
  /** From now on the service is not ready: the balancer is to send its requests elsewhere. It still serves. */
  drain() {
    if (this.#phase === "draining") return;
    this.#phase = "draining";
    this.#changed();
  }
  /** Takes {@link drain} back. */
  undrain() {
    if (this.#phase !== "draining") return;
    this.#phase = "running";
    this.#changed();
  }
  /**
   * Runs the work of a request: what it calls counts if the request is authenticated, and components learn which routes
   * use them. Adapters do this.
   */
  request(request, work) {
    return this.#scopes.run(
      {
        isAuthenticated: () => this.options.isAuthenticated(request),
        route: () => this.#routeOf(request)
      },
      work
    );
  }
  /** Calls `listener` with every transition. @returns a function that ends it */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  /** Calls `listener` whenever an answer may have changed. @returns a function that ends it */
  onChange(listener) {
    this.#onChange.add(listener);
    return () => this.#onChange.delete(listener);
  }
  /** The names of the groups that something is in, beside the three that always are. */
  get groups() {
    const own = [...this.#components.values()].flatMap(({ options }) => options.groups);
    return [.../* @__PURE__ */ new Set(["liveness", "startup", "readiness", ...own])];
  }
  /**
   * How a group stands: its status and the words that everybody may read.
   * @param port that was asked, for toggles that belong to a port
   */
  standing(group, port2) {
    if (this.#standingsOf !== this.#version) {
      this.#standings.clear();
      this.#standingsOf = this.#version;
    }
    const key = this.toggles.dependsOnPort ? `${group} ${String(port2 ?? "")}` : group;
    let standing = this.#standings.get(key);
    if (standing === void 0) {
      standing = this.#stand(group, port2);
      if (this.#standings.size < 64) this.#standings.set(key, standing);
    }
    return standing;
  }
  /** How a group stands without toggles and backends: by its components, and where the service is in its life. */
  standingOfComponents(group) {
    return this.#stand(group, "none");
  }
  /** The whole of a group, as a plain object. */
  report(group = "readiness", port2) {
    const { status, reasons } = this.standing(group, port2);
    return { group, status, reasons, components: this.#in(group).map(reportOf) };
  }
  /** Looks at the clock and at what depends on it. Called by itself once a tick; tests may call it. */
  tick() {
    this.#clock.refresh();
    for (const component of this.#components.values()) component.advance();
    this.loop.onTick(this.#clock.length);
    const { trouble } = this.liveness;
    const toggled = this.toggles.summary;
    if (trouble === this.#trouble && toggled === this.#toggled) return;
    this.#trouble = trouble;
    this.#toggled = toggled;
    this.#changed();
  }
  #changed() {
    this.#version += 1;
    for (const listener of this.#onChange) listener();
  }
  #in(group) {
    return [...this.#components.values()].filter(
      ({ options }) => group === "startup" ? options.startup : options.groups.includes(group)
    );
  }
  #stand(group, port2) {
    if (group === "liveness") {
      return this.liveness.trouble === void 0 ? { status: "pass", reasons: [] } : { status: "fail", reasons: ["BROKEN"] };
    }
    const isDraining = this.#phase === "draining";
    const isStarting = this.#phase === "starting" || !this.#hasStarted();
    const life = isDraining ? ["SHUTTING DOWN"] : isStarting ? ["STARTING"] : [];
    if (group === "startup") return { status: life.length > 0 ? "fail" : "pass", reasons: life };
    const components = this.#in(group);
    const { unknown, publicNames } = this.options;
    const weights = components.map(
      ({ reading, options }) => weigh(reading.status, options.severity, unknown)
    );
    const status = worst(weights);
    const names = components.filter((_, index) => weights[index] === "fail").map(({ name }) => `${name} FAILED`);
    const failed = status === "fail" ? publicNames ? names : ["UNAVAILABLE"] : [];
    const own = { status: life.length > 0 ? "fail" : status, reasons: [...life, ...failed] };
    if (port2 === "none") return own;
    const toggles = this.toggles.results(port2);
    const isToggled = toggles.some(({ available }) => !available);
    return {
      status: isToggled ? "fail" : own.status,
      reasons: [...toggles.map(({ reason }) => reason ?? ""), ...own.reasons]
    };
  }
  #hasStarted() {
    return [...this.#startup.values()].every((state) => state === "done") && this.#in("startup").every(({ hasWorked }) => hasWorked);
  }
  #note(component, from) {
    const { name, reading, failure } = component;
    this.#changed();
    const transition2 = {
      at: Date.now(),
      component: name,
      from,
      to: reading.status,
      cause: reading.cause,
      ...failure === void 0 ? {} : { code: failure.code }
    };
    this.#history.add(transition2);
    if (transitionChannel.hasSubscribers) transitionChannel.publish(transition2);
    for (const listener of this.#listeners) listener(transition2);
  }
};

// src/worker.ts
import { Worker } from "node:worker_threads";

// src/worker/thread.ts
var SLOT = { liveness: 2, readiness: 3, startup: 4, length: 5 };
var answerInThread = () => {
  const { createServer } = process.getBuiltinModule("node:http");
  const threads = process.getBuiltinModule("node:worker_threads");
  const { parentPort } = threads;
  const { memory, host, port: port2, paths, readyStall, liveStall } = threads.workerData;
  const beat = new BigInt64Array(memory, 0, 1);
  const states = new Int32Array(memory);
  const server = createServer((request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    const slot = Object.hasOwn(paths, path) ? paths[path] : void 0;
    if (slot === void 0) {
      response.writeHead(404, { "Content-Length": 0 }).end();
      return;
    }
    const isLiveness = slot === 2;
    const stall = Number(process.hrtime.bigint() / 1000000n - Atomics.load(beat, 0));
    const stalls = stall >= (isLiveness ? liveStall : readyStall);
    const isUp = Atomics.load(states, slot) === 1 && !stalls;
    const body = request.method === "HEAD" || isUp ? "" : stalls ? "STALLED" : isLiveness ? "BROKEN" : "UNAVAILABLE";
    response.writeHead(isUp ? request.method === "HEAD" ? 204 : 200 : 503, {
      "Content-Type": "text/plain; charset=UTF-8",
      ...isUp && request.method === "HEAD" ? {} : { "Content-Length": String(body.length) },
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff"
    }).end(body);
  });
  server.headersTimeout = 2e3;
  server.maxConnections = 64;
  server.once("error", (error) => parentPort?.postMessage({ error: error.message }));
  server.listen(port2, host, () => parentPort?.postMessage({ address: server.address() }));
};

// src/worker.ts
var GROUPS = ["liveness", "readiness", "startup"];
var startHealthWorker = async (health2, options) => {
  const memory = new SharedArrayBuffer(8 * SLOT.length);
  const beat = new BigInt64Array(memory, 0, 1);
  const states = new Int32Array(memory);
  const write = () => {
    Atomics.store(beat, 0, process.hrtime.bigint() / 1000000n);
    for (const group of GROUPS) {
      Atomics.store(states, SLOT[group], health2.standing(group).status === "fail" ? 0 : 1);
    }
  };
  write();
  const data = {
    memory,
    host: options.host ?? "127.0.0.1",
    port: options.port,
    paths: {
      [options.livez ?? "/livez"]: SLOT.liveness,
      [options.readyz ?? "/readyz"]: SLOT.readiness,
      [options.startupz ?? "/startupz"]: SLOT.startup
    },
    readyStall: parseDuration(options.readyStall ?? 1),
    liveStall: parseDuration(options.liveStall ?? 10)
  };
  const thread = new Worker(`(${answerInThread.toString()})()`, { eval: true, workerData: data });
  thread.unref();
  const port2 = await new Promise((resolve, reject) => {
    thread.once("error", reject);
    thread.once("message", (message) => {
      if (message.address === void 0) reject(new HealthWorkerError(data.port, message.error ?? ""));
      else resolve(message.address.port);
    });
  });
  const end = health2.onChange(write);
  const timer = setInterval(write, Math.min(250, data.readyStall / 4)).unref();
  const close = async () => {
    end();
    clearInterval(timer);
    await thread.terminate();
  };
  return { port: port2, close, [Symbol.asyncDispose]: close };
};

// test/protocols/blocked.ts
var health = new Health();
await health.start();
var { port } = await startHealthWorker(health, { port: 0, readyStall: "500ms", liveStall: "2s" });
process.on("message", ({ block }) => {
  process.send?.({}, () => {
    const end = performance.now() + block;
    while (performance.now() < end) ;
  });
});
process.send?.({ port });
