export { Actor, bind, ruleHandle } from './actors/actor.ts';
export type { RuleHandle } from './actors/actor.ts';
