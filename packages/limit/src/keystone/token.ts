/** A service in a catalog. */
export interface CatalogService {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly endpoints: readonly CatalogEndpoint[];
}

/** An endpoint in a catalog. */
export interface CatalogEndpoint {
  readonly id: string;
  readonly interface: string;
  readonly region_id: string | null;
  readonly url: string;
}

/** What Keystone says of a token. */
export interface TokenBody {
  readonly expires_at: string;
  readonly issued_at: string;
  readonly roles?: readonly { readonly id: string; readonly name: string }[];
  readonly system?: { readonly all?: boolean };
  readonly project?: { readonly id: string; readonly name?: string };
  readonly domain?: { readonly id: string; readonly name?: string };
  readonly catalog?: readonly CatalogService[];
}

/** A token in use. */
export interface Token {
  /** What goes into `X-Auth-Token`; a secret. */
  readonly id: string;
  readonly body: TokenBody;
  /** When to get another, in milliseconds since 1970. */
  readonly renewAt: number;
}

/** A token is renewed this long before it expires, or at half of its life if that is shorter. */
const MARGIN = 120_000;

/** A token as Keystone issued it at `now`, in milliseconds since 1970. Its life is measured by Keystone's clock. */
export const tokenOf = (id: string, body: TokenBody, now: number): Token => {
  const life = Date.parse(body.expires_at) - Date.parse(body.issued_at);
  const usable = Number.isFinite(life) ? life - Math.min(MARGIN, life / 2) : 0;
  return { id, body, renewAt: now + usable };
};

/** What the token is for, in words. */
export const scopeName = ({ system, project, domain }: TokenBody): string => {
  if (system !== undefined) return 'the system';
  if (project !== undefined) return `project ${project.name ?? project.id}`;
  if (domain !== undefined) return `domain ${domain.name ?? domain.id}`;
  return 'nothing (it is unscoped)';
};
