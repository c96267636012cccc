import { EvaluationError } from '../errors.ts';
import { Opaque } from '../python/values.ts';

const TIMESTAMP =
  /^(?<year>[0-9]{4})-(?<month>[0-9][0-9]?)-(?<day>[0-9][0-9]?)(?:(?:[Tt]|[ \t]+)(?<hour>[0-9][0-9]?):(?<minute>[0-9]{2}):(?<second>[0-9]{2})(?:\.(?<fraction>[0-9]*))?(?:[ \t]*(?<zone>Z|(?<zoneSign>[-+])(?<zoneHour>[0-9][0-9]?)(?::(?<zoneMinute>[0-9]{2}))?))?)?\n?$/;

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

const daysIn = (year: number, month: number): number =>
  new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();

const requireRange = (name: string, value: number, least: number, most: number): void => {
  if (value < least || value > most) {
    throw new EvaluationError('ValueError', `${name} must be in ${String(least)}..${String(most)}`);
  }
};

const zoneText = (groups: Partial<Record<string, string>>): string => {
  if (groups.zone === undefined) return '';
  if (groups.zoneSign === undefined) return '+00:00';
  const minutes = Number(groups.zoneHour) * 60 + Number(groups.zoneMinute ?? 0);
  requireRange('minutes of the zone', minutes, 0, 24 * 60 - 1);
  const sign = groups.zoneSign === '-' && minutes > 0 ? '-' : '+';
  return `${sign}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
};

/**
 * A YAML timestamp as Python's date or datetime, of which only the text matters here.
 * @throws EvaluationError ValueError for a date that does not exist, AttributeError for what is no timestamp
 */
export const readTimestamp = (text: string): Opaque => {
  const groups = TIMESTAMP.exec(text)?.groups as Partial<Record<string, string>> | undefined;
  if (groups === undefined) {
    throw new EvaluationError('AttributeError', "'NoneType' object has no attribute 'groupdict'");
  }
  const [year, month, day] = [Number(groups.year), Number(groups.month), Number(groups.day)];
  requireRange('year', year, 1, 9999);
  requireRange('month', month, 1, 12);
  requireRange('day', day, 1, daysIn(year, month));
  const date = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
  if (groups.hour === undefined) return new Opaque('datetime.date', date);
  const [hour, minute, second] = [Number(groups.hour), Number(groups.minute), Number(groups.second)];
  const zone = zoneText(groups);
  requireRange('hour', hour, 0, 23);
  requireRange('minute', minute, 0, 59);
  requireRange('second', second, 0, 59);
  const microseconds = Number((groups.fraction ?? '').slice(0, 6).padEnd(6, '0'));
  const fraction = microseconds === 0 ? '' : `.${pad(microseconds, 6)}`;
  return new Opaque(
    'datetime.datetime',
    `${date} ${pad(hour)}:${pad(minute)}:${pad(second)}${fraction}${zone}`,
  );
};
