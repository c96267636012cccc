import { runGraph, type GraphScenario } from '../../src/graph.js';
import { runScenario } from '../../src/scenario.js';

/** A scenario as YAML, or a graph of jobs with the results of their builds. */
type Request =
  { readonly scenario: string } | { readonly dag: GraphScenario | { readonly scenario: GraphScenario } };

/** Answers what Zuul 11.3 makes of a scenario or a graph. */
export const answer = (request: Request): unknown => {
  if ('scenario' in request) return runScenario(request.scenario);
  return runGraph('scenario' in request.dag ? request.dag.scenario : request.dag);
};
