import { countOf } from './words.js';

/** How many items fail with which code. */
export function Codes({ codes }: { readonly codes: Readonly<Record<string, number>> }) {
  const entries = Object.entries(codes);
  if (entries.length === 0) return null;
  return (
    <ul class="codes">
      {entries.map(([code, count]) => (
        <li key={code}>
          <code class="code">{code}</code> {countOf(count, 'item')}
        </li>
      ))}
    </ul>
  );
}
