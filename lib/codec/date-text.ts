const isoDate = /[+-]\d{6}-\d\d-\d\d|\d{4}-\d\d-\d\d/;
const isoTime = /(?:[01]\d|2[0-3]):\d\d(?::\d\d(?:\.\d+)?)?/;
const isoOffset = /Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d(?::?[0-5]\d)?)?/;
const isoText = new RegExp(`^(${isoDate.source})(?:[T ](${isoTime.source})(${isoOffset.source})?)?$`);

/** What `toISOString` writes, except for days that not every month has. */
const commonDate = /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3])(?::[0-5]\d){2}\.\d{3}Z$/;

/** The latest time that a `Date` can have, and the earliest one with a minus. */
const latest = 8_640_000_000_000_000;

/**
 * The time that an ISO 8601 text stands for, in milliseconds since 1970; `undefined` if it isn't such a text. A time
 * without offset is UTC: it must not depend on where the program runs. Days that the calendar doesn't have, the hour
 * 24, and years of six digits that four can say stand for no time: JavaScript takes them, and texts with them stand far
 * from their place among others.
 */
export function timeOfText(text: string): number | undefined {
  if (commonDate.test(text)) return timeOfCommonDate(text);
  const [, date, time = '00:00', offset = 'Z'] = isoText.exec(text) ?? [];
  if (date === undefined || !isInCalendar(date)) return undefined;
  const found = Date.parse(`${date}T${time}Z`) - millisecondsOf(offset);
  return Math.abs(found) <= latest ? found : undefined;
}

/** The text that a date is written as, of its text in any notation; `undefined` if that isn't a date. */
export function canonicalDate(text: string): string | undefined {
  if (commonDate.test(text)) return text;
  const time = timeOfText(text);
  return time === undefined ? undefined : new Date(time).toISOString();
}

/**
 * Whether a text is what `toISOString` writes for a year of four digits: such texts are in the order of their times.
 */
export function isCommonDate(text: string): boolean {
  return /^\d/.test(text) && canonicalDate(text) === text;
}

function isInCalendar(date: string): boolean {
  const day = new Date(Date.parse(`${date}T00:00Z`));
  const year = day.getUTCFullYear();
  const hasSign = date.length > 10;
  return day.getUTCDate() === Number(date.slice(-2)) && hasSign === (year < 0 || year > 9999);
}

/** In half the time that it takes JavaScript, which also has to find out what it is. */
function timeOfCommonDate(text: string): number {
  const year = digits(text, 0) * 100 + digits(text, 2);
  const milliseconds = (text.charCodeAt(20) - zero) * 100 + digits(text, 21);
  const days = Date.UTC(year, digits(text, 5) - 1, digits(text, 8));
  const minutes = digits(text, 11) * 60 + digits(text, 14);
  return days + minutes * 60_000 + digits(text, 17) * 1000 + milliseconds;
}

const zero = '0'.charCodeAt(0);

/** The number that two digits make. */
function digits(text: string, at: number): number {
  return (text.charCodeAt(at) - zero) * 10 + text.charCodeAt(at + 1) - zero;
}

/** How far an offset is ahead of UTC: `Z`, `+02:00`, `+0200`, `+02`, or `+00:53:28` as time zones had it long ago. */
function millisecondsOf(offset: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = (offset.match(/\d\d/g) ?? []).map(Number);
  const ahead = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return offset.startsWith('-') ? -ahead : ahead;
}
