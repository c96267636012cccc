import type { Registry } from '../registry.ts';
import { durations, type InstrumentationOptions } from './conventions.ts';

/** Observes an operation of a database client. */
export type DatabaseObserver = (operation: string, error: string, seconds: number) => void;

/** @returns what observes the operations of clients of one database system */
export const databaseDurations = (
  registry: Registry,
  options: InstrumentationOptions,
  system: string,
): DatabaseObserver => {
  const observe = durations(registry, options, {
    help: 'Duration of database operations.',
    oslo: 'oslo_db_operation_seconds',
    otel: 'db_client_operation_duration_seconds',
    labels: [
      ['system', 'db_system_name'],
      ['operation', 'db_operation_name'],
      ['error', 'error_type'],
    ],
  });
  return (operation, error, seconds) => {
    observe([system, operation, error], seconds);
  };
};
