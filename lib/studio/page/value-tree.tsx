import { useState } from 'preact/hooks';
import type { ShownItem, ShownValue } from '../shown-value.js';
import { isSame, memberOf } from './compare-values.js';
import { copyText } from './copy-text.js';
import { CopyButton } from './parts.js';
import { bytesText, countOf, numberText } from './words.js';

/** How values are shown. */
export interface ValueStyle {
  /** Whether to say the type of each as it stands on the wire. */
  readonly hasTypes: boolean;
}

interface ValueProps extends ValueStyle {
  readonly value: ShownValue;
  /** What was there before, to mark what is different. */
  readonly before?: ShownValue | undefined;
  readonly depth?: number;
}

/** Text beyond so many characters, and lists beyond so many members, are shown on demand. */
const longText = 400;
const manyMembers = 30;
/** Lists and maps of more than so many members start closed. */
const openMembers = 8;

/** The type of a value on the wire, or in an entity. */
function typeOf(value: ShownValue): string {
  if ('DATE' in value) return 'Date';
  if ('M' in value && value.class !== undefined) return value.class;
  return Object.keys(value)[0] ?? '';
}

/** A value, whatever it is: nothing of it is rounded, and what is big opens on demand. */
export function ValueTree({ before, depth = 0, hasTypes, value }: ValueProps) {
  const type = hasTypes || ('M' in value && value.class) ? <span class="type">{typeOf(value)}</span> : undefined;
  return (
    <span class="value">
      {type}
      <Content value={value} before={before} depth={depth} hasTypes={hasTypes} />
    </span>
  );
}

function Content({ before, depth = 0, hasTypes, value }: ValueProps) {
  if ('S' in value) return <Text text={value.S} />;
  if ('N' in value) return <span class="number">{value.N}</span>;
  if ('BOOL' in value) return <span class="word">{String(value.BOOL)}</span>;
  if ('NULL' in value) return <span class="word">null</span>;
  if ('DATE' in value) return <span class="date">{value.DATE}</span>;
  if ('OTHER' in value) return <span class="word">{value.OTHER}</span>;
  if ('B' in value) return <Bytes base64={value.B} />;
  if ('M' in value) {
    const was = before && 'M' in before ? before.M : undefined;
    return <Members names={Object.keys(value.M)} of={value.M} before={was} depth={depth} hasTypes={hasTypes} />;
  }
  if ('L' in value) {
    const was = before && 'L' in before ? itemOfList(before.L) : undefined;
    const of = itemOfList(value.L);
    return <Members names={Object.keys(of)} of={of} before={was} depth={depth} hasTypes={hasTypes} isList />;
  }
  const members: ShownValue[] =
    'SS' in value
      ? value.SS.map((S) => ({ S }))
      : 'NS' in value
        ? value.NS.map((N) => ({ N }))
        : value.BS.map((B) => ({ B }));
  return <SetMembers members={members} before={before} />;
}

function itemOfList(values: readonly ShownValue[]): ShownItem {
  return Object.fromEntries(values.map((value, at) => [String(at), value]));
}

function Text({ text }: { readonly text: string }) {
  const [isOpen, setOpen] = useState(false);
  if (text.length <= longText)
    return (
      <span class="text">
        "<Characters text={text} />"
      </span>
    );
  return (
    <span class="text">
      "<Characters text={isOpen ? text : whole(text.slice(0, longText))} />
      {isOpen ? '"' : '…'}{' '}
      <button type="button" class="quiet more" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? 'Show less' : `Show all ${numberText(text.length)} characters`}
      </button>
    </span>
  );
}

// characters that nobody sees, or that move others; not those that join emoji and letters
// oxlint-disable-next-line no-control-regex -- those are what is looked for
const unseen = /([\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff])/;

/** Text in which characters that nobody sees are named. */
function Characters({ text }: { readonly text: string }) {
  if (!unseen.test(text)) return <>{text}</>;
  return (
    <>
      {text.split(unseen).map((part, at) =>
        at % 2 === 0 ? (
          part
        ) : (
          <span key={at} class="control">
            U+{part.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}
          </span>
        ),
      )}
    </>
  );
}

/** Without half a character at the end. */
function whole(text: string): string {
  return text.isWellFormed() ? text : text.slice(0, -1);
}

function Bytes({ base64 }: { readonly base64: string }) {
  const length = Math.floor((base64.length * 3) / 4) - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);
  const [isOpen, setOpen] = useState(false);
  const isLong = base64.length > 96;
  return (
    <span class="bytes">
      <span class="size">{bytesText(length)}</span> {isLong && !isOpen ? `${base64.slice(0, 96)}…` : base64}
      {isLong && (
        <button type="button" class="quiet more" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? 'Show less' : 'Show all'}
        </button>
      )}
    </span>
  );
}

function SetMembers({
  before,
  members,
}: {
  readonly members: readonly ShownValue[];
  readonly before?: ShownValue | undefined;
}) {
  const [shown, setShown] = useState(manyMembers);
  const was = before && (Object.values(before)[0] as unknown);
  const known = new Set(Array.isArray(was) ? was.map(String) : []);
  return (
    <span class="set">
      <span class="brace" title="a set">
        {'{'}
      </span>
      {members.slice(0, shown).map((member, at) => (
        <span key={at} class={Array.isArray(was) && !known.has(copyText(member)) ? 'member added' : 'member'}>
          <Content value={member} hasTypes={false} />
        </span>
      ))}
      {members.length > shown && (
        <button type="button" class="quiet more" onClick={() => setShown(shown + 500)}>
          {countOf(members.length - shown, 'more')}
        </button>
      )}
      <span class="brace">{'}'}</span>
    </span>
  );
}

interface MembersProps extends ValueStyle {
  readonly names: readonly string[];
  readonly of: ShownItem;
  readonly before: ShownItem | undefined;
  readonly depth: number;
  readonly isList?: boolean;
}

function Members({ before, depth, hasTypes, isList = false, names, of }: MembersProps) {
  const [isOpen, setOpen] = useState(depth < 2 && names.length <= openMembers);
  const [shown, setShown] = useState(manyMembers);
  const what = isList ? countOf(names.length, 'element') : countOf(names.length, 'member');
  if (names.length === 0) return <span class="word">{isList ? '[ ] empty list' : '{ } empty map'}</span>;
  const gone = before ? Object.keys(before).filter((name) => !Object.hasOwn(of, name)) : [];
  return (
    <span class="members">
      <button type="button" class="quiet fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span class="arrow" aria-hidden="true" />
        {what}
      </button>
      {isOpen && (
        <ul class="tree">
          {names.slice(0, shown).map((name) => {
            const value = memberOf(of, name)!;
            const was = before && memberOf(before, name);
            const mark = !before || isSame(was, value) ? undefined : was === undefined ? 'added' : 'changed';
            return (
              <li key={name} class={mark}>
                <CopyButton label={`Copy ${name}`} text={() => copyText(value)} />
                {mark && <span class="unseen">{mark} </span>}
                <span class={isList ? 'at' : 'name'}>{name}</span>
                {mark === 'changed' && was && !('M' in was || 'L' in was) && (
                  <del>
                    <Content value={was} hasTypes={false} />
                  </del>
                )}
                <ValueTree
                  value={value}
                  before={mark === 'changed' ? was : undefined}
                  depth={depth + 1}
                  hasTypes={hasTypes}
                />
              </li>
            );
          })}
          {names.length > shown && (
            <li>
              <button type="button" class="quiet more" onClick={() => setShown(shown + 200)}>
                Show more of {countOf(names.length - shown, 'other')}
              </button>
            </li>
          )}
          {gone.map((name) => (
            <li key={`gone ${name}`} class="removed">
              <span class="unseen">removed </span>
              <span class="name">{name}</span>
            </li>
          ))}
        </ul>
      )}
    </span>
  );
}
