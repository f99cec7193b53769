const day = 86_400_000;

/** The text of a time in a zone that is so many seconds ahead of UTC, without the offset. */
function local(time: number, seconds: number): string {
  return new Date(time + seconds * 1000).toISOString().slice(0, -1);
}

/** The texts of a time in notations that other programs write, the usual one first. */
export function textsOf(time: number): string[] {
  const iso = new Date(time).toISOString();
  const utc = iso.slice(0, -1);
  const texts = [iso, utc, `${utc}000+00:00`, `${utc.replace('T', ' ')}Z`, `${utc}456Z`];
  texts.push(`${local(time, 7200)}+02:00`, `${local(time, -19_800)}-0530`, `${local(time, 36_000)}+10`);
  texts.push(`${local(time, 86_399)}+23:59:59`, `${local(time, -86_340).replace('T', ' ')}-23:59`);
  if (time % 1000 === 0) texts.push(`${utc.slice(0, -4)}Z`, `${local(time, 7200).slice(0, -4)}+0200`);
  if (time % 60_000 === 0) texts.push(`${utc.slice(0, -7)}Z`, utc.slice(0, -7));
  if (time % day === 0) texts.push(utc.slice(0, -13));
  return texts;
}

/** Times that lie close together, around days, months and years, and where years have other than four digits. */
export const times: readonly number[] = [
  '2024-02-29T00:00:00.000Z',
  '2024-02-29T09:15:00.000Z',
  '2024-02-29T09:15:00.001Z',
  '2024-02-29T09:15:30.000Z',
  '2024-02-29T23:59:59.999Z',
  '2024-03-01T00:00:00.000Z',
  '2023-12-31T23:00:00.000Z',
  '2024-01-01T00:00:00.000Z',
  '0000-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
  '+010000-01-02T00:00:00.000Z',
  '-000044-03-15T12:00:00.000Z',
].map((text) => Date.parse(text));
