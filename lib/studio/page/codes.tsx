import { countOf } from './words.js';

/** What the codes that items fail with say, in a few words. */
const meanings: Readonly<Record<string, string>> = {
  UPGRADE_FAILED: 'a step of the chain fails',
  ATTRIBUTE_TYPE: 'a value has another type than declared',
  INVALID_VERSION: 'its version attribute holds no version',
  NEWER_VERSION: 'newer code wrote it',
  TOO_OLD_VERSION: 'its version is no longer read',
  HYDRATION_FAILED: 'the class refuses a value',
  INVALID_ENTITY: 'the schema of the class refuses a value',
  KEY_MISMATCH: 'its key doesn’t match the template',
};

/** What the codes say with which an item that can be read is not stored upgraded. */
const refusals: Readonly<Record<string, string>> = {
  AMBIGUOUS_KEY: 'other items may have the same number as key',
  CONDITION_TOO_LARGE: 'its condition would be too long for the engine',
  CONFLICT: 'others kept changing it',
  DOWNGRADE_FAILED: 'a way back fails',
  DOWNGRADE_LOSES: 'the pinned version can’t hold all of it',
  DYNAMIC_UPGRADE: 'its upgrade could depend on anything in it',
};

/** What a code says, in a few words; nothing for a code that isn't about one item. */
export function meaningOf(code: string): string | undefined {
  return meanings[code] ?? refusals[code];
}

/** Whether a code is that of an item which can't be read. */
export function isUnreadable(code: string): boolean {
  return Object.hasOwn(meanings, code);
}

/** How many items fail with which code. */
export function Codes({ codes }: { readonly codes: Readonly<Record<string, number>> }) {
  const entries = Object.entries(codes);
  if (entries.length === 0) return null;
  return (
    <ul class="codes">
      {entries.map(([code, count]) => (
        <li key={code}>
          <code class="code">{code}</code> {countOf(count, 'item')}
          {meaningOf(code) && <span class="note"> {meaningOf(code)}</span>}
        </li>
      ))}
    </ul>
  );
}
