const whole = new Intl.NumberFormat('en');
const short = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** A number with its thousands set apart. */
export function numberText(value: number): string {
  return whole.format(Math.round(value));
}

/** A number of things. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}

/** A size in bytes. */
export function bytesText(bytes: number): string {
  if (bytes < 1_000) return countOf(bytes, 'byte');
  if (bytes < 1_000_000) return `${short.format(bytes / 1_000)} kB`;
  return bytes < 1_000_000_000 ? `${short.format(bytes / 1_000_000)} MB` : `${short.format(bytes / 1_000_000_000)} GB`;
}

/** A duration. */
export function durationText(seconds: number): string {
  if (seconds < 1) return 'less than a second';
  if (seconds < 100) return countOf(Math.round(seconds), 'second');
  if (seconds < 6_000) return countOf(Math.round(seconds / 60), 'minute');
  return seconds < 172_800
    ? countOf(Math.round(seconds / 3_600), 'hour')
    : countOf(Math.round(seconds / 86_400), 'day');
}

/** A share, never 0 % or 100 % unless it is. */
export function shareText(part: number, of: number): string {
  if (of === 0 || part === 0) return '0 %';
  if (part === of) return '100 %';
  const share = (100 * part) / of;
  if (share < 1) return '< 1 %';
  return share > 99 ? '> 99 %' : `${Math.round(share)} %`;
}

/** A time, as the reader's machine has it. */
export function timeText(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}
