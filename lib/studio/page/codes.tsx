import { countOf } from './words.js';

/** What the codes that items fail with say, in a few words. */
const meanings: Readonly<Record<string, string>> = {
  UPGRADE_FAILED: 'a step of the chain fails',
  ATTRIBUTE_TYPE: 'a value has another type than declared',
  INVALID_VERSION: 'the version is no version',
  NEWER_VERSION: 'newer code wrote it',
  TOO_OLD_VERSION: 'its version is no longer read',
  HYDRATION_FAILED: 'the class refuses a value',
};

/** How many items fail with which code. */
export function Codes({ codes }: { readonly codes: Readonly<Record<string, number>> }) {
  const entries = Object.entries(codes);
  if (entries.length === 0) return null;
  return (
    <ul class="codes">
      {entries.map(([code, count]) => (
        <li key={code}>
          <code class="code">{code}</code> {countOf(count, 'item')}
          {meanings[code] && <span class="note"> {meanings[code]}</span>}
        </li>
      ))}
    </ul>
  );
}
