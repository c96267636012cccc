export { where } from './filters/where.ts';
export type { MongoFilter } from './filters/mongo.ts';
export type { Predicate } from './filters/predicate.ts';
export type { Column, ColumnType, Dialect, SqlFilter } from './filters/sql.ts';
export type { RowFilter, WhereOptions } from './filters/where.ts';
