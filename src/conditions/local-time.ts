import { type CelFunc, CelScalar, celMethod, objectType } from '@bufbuild/cel';
import { type Timestamp, TimestampSchema, timestampDate } from '@bufbuild/protobuf/wkt';
import { RememberedLiterals } from './remembered-literals';

const OFFSET = /^([+-]?)(\d\d):(\d\d)$/;
const DAY_MS = 86_400_000;
const { INT, STRING } = CelScalar;

const formats = new RememberedLiterals(
  (timeZone) =>
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }),
);

/** The parts of a moment, by the names CEL gives them; the date's UTC fields hold the local time. */
const PARTS: Readonly<Record<string, (local: Date) => number>> = {
  getFullYear: (local) => local.getUTCFullYear(),
  getMonth: (local) => local.getUTCMonth(),
  getDate: (local) => local.getUTCDate(),
  getDayOfMonth: (local) => local.getUTCDate() - 1,
  getDayOfWeek: (local) => local.getUTCDay(),
  getDayOfYear: (local) => Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / DAY_MS),
  getHours: (local) => local.getUTCHours(),
  getMinutes: (local) => local.getUTCMinutes(),
  getSeconds: (local) => local.getUTCSeconds(),
  getMilliseconds: (local) => local.getUTCMilliseconds(),
};

/** Whether a function takes the name of a time zone. */
export function takesTimeZone(name: string): boolean {
  return Object.hasOwn(PARTS, name);
}

/** Replaces the library's own, which read the clock of the machine's time zone and are off by an hour when it changes. */
export const TIME_FUNCTIONS: readonly CelFunc[] = Object.entries(PARTS).flatMap(([name, part]) => {
  const timestamp = objectType(TimestampSchema);
  return [
    celMethod(name, timestamp, [], INT, function () {
      return BigInt(part(timestampDate(this.message)));
    }),
    celMethod(name, timestamp, [STRING], INT, function (timeZone) {
      return BigInt(part(toLocal(this.message, timeZone)));
    }),
  ];
});

/**
 * The local time in a zone of the IANA database or at an offset such as `+02:00`, as the UTC fields of a date.
 * @throws RangeError for a zone nobody knows
 */
export function toLocal(moment: Timestamp, timeZone: string): Date {
  const date = timestampDate(moment);
  const [, sign, hours, minutes] = OFFSET.exec(timeZone) ?? [];
  if (hours !== undefined) {
    const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
    return new Date(date.getTime() + (sign === '-' ? -offsetMs : offsetMs));
  }
  const parts = new Map(
    formats
      .get(timeZone)
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  );
  const read = (part: Intl.DateTimeFormatPartTypes) => Number(parts.get(part));
  const year = parts.get('era') === 'BC' ? 1 - read('year') : read('year');
  const local = new Date(0);
  local.setUTCFullYear(year, read('month') - 1, read('day'));
  local.setUTCHours(read('hour'), read('minute'), read('second'), date.getUTCMilliseconds());
  return local;
}
