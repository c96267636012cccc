/** A function of truth values: an index into the diagram's nodes. Equal functions have equal indexes. */
export type Diagram = number;

/** The function that is never true. */
export const NEVER: Diagram = 0;
/** The function that is always true. */
export const ALWAYS: Diagram = 1;

/**
 * Reduced ordered binary decision diagrams: each Boolean function of the variables has exactly one node, so that
 * comparing two functions is comparing two numbers. Variables are ordered by their number.
 *
 * Source: R. Bryant, "Graph-Based Algorithms for Boolean Function Manipulation", IEEE Transactions on Computers C-35
 * (1986).
 */
export class DecisionDiagrams {
  /** Per node: the variable it asks, and where to go when it is false and when it is true. */
  readonly #variables: number[] = [Infinity, Infinity];
  readonly #low: Diagram[] = [NEVER, ALWAYS];
  readonly #high: Diagram[] = [NEVER, ALWAYS];
  readonly #unique = new Map<string, Diagram>();
  readonly #results = new Map<string, Diagram>();
  readonly #maximum: number;

  /** @param maximum nodes; beyond, building fails with a RangeError instead of filling the memory */
  constructor(maximum = 1_000_000) {
    this.#maximum = maximum;
  }

  /** How many nodes there are. */
  get size(): number {
    return this.#variables.length;
  }

  /** The function that is true exactly when the variable is. */
  variable(variable: number): Diagram {
    return this.#node(variable, NEVER, ALWAYS);
  }

  /** The variable a node asks first; Infinity for the two constants. */
  variableOf(diagram: Diagram): number {
    return this.#variables[diagram] ?? Infinity;
  }

  /** What remains of a node once its variable has a value. */
  branch(diagram: Diagram, value: boolean): Diagram {
    return (value ? this.#high[diagram] : this.#low[diagram]) ?? NEVER;
  }

  not(operand: Diagram): Diagram {
    return this.#choose(operand, NEVER, ALWAYS);
  }

  and(left: Diagram, right: Diagram): Diagram {
    return this.#choose(left, right, NEVER);
  }

  or(left: Diagram, right: Diagram): Diagram {
    return this.#choose(left, ALWAYS, right);
  }

  /** True where `left` is and `right` is not. */
  butNot(left: Diagram, right: Diagram): Diagram {
    return this.and(left, this.not(right));
  }

  /** What remains of a function once a variable has a value. */
  restrict(diagram: Diagram, variable: number, value: boolean): Diagram {
    const literal = value ? this.variable(variable) : this.not(this.variable(variable));
    return this.#exists(this.and(diagram, literal), variable);
  }

  /** The variables a function depends on, in order. */
  variablesOf(diagram: Diagram): number[] {
    const found = new Set<number>();
    const seen = new Set<Diagram>();
    const visit = (node: Diagram): void => {
      if (node <= ALWAYS || seen.has(node)) return;
      seen.add(node);
      found.add(this.variableOf(node));
      visit(this.branch(node, false));
      visit(this.branch(node, true));
    };
    visit(diagram);
    return [...found].sort((a, b) => a - b);
  }

  #exists(diagram: Diagram, variable: number): Diagram {
    if (this.variableOf(diagram) > variable) return diagram;
    const [low, high] = [this.branch(diagram, false), this.branch(diagram, true)];
    if (this.variableOf(diagram) === variable) return this.or(low, high);
    return this.#node(this.variableOf(diagram), this.#exists(low, variable), this.#exists(high, variable));
  }

  /** If `condition` then `yes` else `no`. */
  #choose(condition: Diagram, yes: Diagram, no: Diagram): Diagram {
    if (condition === ALWAYS || yes === no) return yes;
    if (condition === NEVER) return no;
    if (yes === ALWAYS && no === NEVER) return condition;
    const key = `${condition},${yes},${no}`;
    const known = this.#results.get(key);
    if (known !== undefined) return known;
    const top = Math.min(this.variableOf(condition), this.variableOf(yes), this.variableOf(no));
    const side = (diagram: Diagram, value: boolean): Diagram =>
      this.variableOf(diagram) === top ? this.branch(diagram, value) : diagram;
    const result = this.#node(
      top,
      this.#choose(side(condition, false), side(yes, false), side(no, false)),
      this.#choose(side(condition, true), side(yes, true), side(no, true)),
    );
    this.#results.set(key, result);
    return result;
  }

  #node(variable: number, low: Diagram, high: Diagram): Diagram {
    if (low === high) return low;
    const key = `${variable},${low},${high}`;
    const known = this.#unique.get(key);
    if (known !== undefined) return known;
    if (this.size >= this.#maximum) {
      throw new RangeError(`the rules are too complex to analyse: over ${this.#maximum} decision nodes`);
    }
    const made = this.#variables.push(variable) - 1;
    this.#low.push(low);
    this.#high.push(high);
    this.#unique.set(key, made);
    return made;
  }
}
