import { ClaimStoreError, LimitsUnavailableError, ProjectOverLimitError } from './errors.ts';

/** One limit in a problem. */
export interface ViolatedLimit {
  readonly resource: string;
  readonly limit: number;
  readonly usage: number;
  readonly delta: number;
  readonly scope: 'project' | 'tree';
  readonly reason: 'exceeded' | 'unregistered';
}

/** An error as RFC 9457 problem details. */
export interface LimitProblem {
  readonly type: string;
  readonly title: string;
  readonly status: 403 | 413 | 503;
  readonly detail: string;
  readonly 'violated-policies'?: readonly ViolatedLimit[];
}

/** The media type of a problem. */
export const PROBLEM_TYPE = 'application/problem+json';

/** How errors become problems. */
export interface ProblemOptions {
  /** Status when over a limit: nova and glance answer 403 and 413. @default 403 */
  readonly overStatus?: 403 | 413;
}

/** The problem type that the IETF registers for exceeded quotas. */
const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';

/**
 * The problem a client is told: what is over, or that limits cannot be had at the moment; undefined for any other error,
 * which is none of the client's business. Ids of projects other than the client's stay out of it.
 */
export const toProblem = (error: unknown, options: ProblemOptions = {}): LimitProblem | undefined => {
  if (error instanceof ProjectOverLimitError) {
    const violated = error.overLimitInfoList.map((info) => ({
      resource: info.resourceName,
      limit: Number(info.limit),
      usage: Number(info.currentUsage),
      delta: Number(info.delta),
      scope: info.scope ?? 'project',
      reason: info.reason ?? 'exceeded',
    }));
    const names = [...new Set(violated.map(({ resource }) => resource))].join(', ');
    return {
      type: QUOTA_EXCEEDED,
      title: 'Quota exceeded',
      status: options.overStatus ?? 403,
      detail: `Over the limit of ${names}`,
      'violated-policies': violated,
    };
  }
  if (error instanceof LimitsUnavailableError || error instanceof ClaimStoreError) {
    return {
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: 'Limits cannot be checked at the moment',
    };
  }
  return undefined;
};
