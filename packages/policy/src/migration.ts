export { migratePolicy } from './migration/migrate.ts';
export { redundantOverrides } from './migration/redundancy.ts';

export type { Migration, MigrationChange, MigrationOptions } from './migration/migrate.ts';
export type { PolicyGround } from './migration/policy-of-text.ts';
