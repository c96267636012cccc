// The rule language as types: what a rule's text refers to. Each type keeps what it has found in an accumulator, so that
// the compiler can follow texts of any length.

type Trim<Word extends string> = Word extends `(${infer Rest}`
  ? Trim<Rest>
  : Word extends `${infer Rest})`
    ? Trim<Rest>
    : Word;

type Reference<Word extends string> = Word extends `rule:${infer Name}` ? Name : never;

/** The names after `rule:` in a rule's text. */
export type ReferencesOf<Text extends string, Found = never> = Text extends `${infer Word} ${infer Rest}`
  ? ReferencesOf<Rest, Found | Reference<Trim<Word>>>
  : Found | Reference<Trim<Text>>;

/** The keys in `%(…)s` of a rule's text. */
export type KeysOf<Text extends string, Found = never> = Text extends `${string}%(${infer Key})s${infer Rest}`
  ? KeysOf<Rest, Found | Key>
  : Found;
