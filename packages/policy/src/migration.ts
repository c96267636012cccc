export { migratePolicy } from './migration/migrate.ts';
export { redundantOverrides } from './migration/redundancy.ts';
export { upgradeCheck, upgradeReportText } from './upgrade-check.ts';

export type { Migration, MigrationChange, MigrationOptions } from './migration/migrate.ts';
export type { PolicyGround } from './migration/policy-of-text.ts';
export type {
  UpgradeCheckName,
  UpgradeCheckOptions,
  UpgradeFinding,
  UpgradeReport,
} from './upgrade-check.ts';
