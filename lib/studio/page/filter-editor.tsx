import { useRef, useState } from 'preact/hooks';
import type { EntityInfo } from '../studio-entity.js';

const operators = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'between', 'beginsWith', 'contains', 'in', 'exists', 'type'];
const members = ['attr', 'and', 'or', 'not', 'size', ...operators];

/** A word that is being written: where it begins, and what could become of it. */
interface Completion {
  readonly from: number;
  readonly words: readonly string[];
}

/** What the text before the caret asks for: names of attributes after `"attr":`, else members of a condition. */
function completionAt(text: string, caret: number, properties: readonly string[]): Completion | undefined {
  const before = text.slice(0, caret);
  const [, word] = /"([^"\\]*)$/.exec(before) ?? [];
  if (word === undefined) return undefined;
  const from = caret - word.length;
  const lead = before.slice(0, from - 1);
  // an even number of quotes: the one in front of the word opens a string
  if ((lead.match(/"/g)?.length ?? 0) % 2 === 1) return undefined;
  const isName = /"(attr|size)"\s*:\s*$/.test(lead);
  const isMember = /[{,]\s*$/.test(lead);
  const known = isName ? properties : isMember ? members : [];
  const words = known.filter((each) => each.toLowerCase().startsWith(word.toLowerCase()) && each !== word);
  return words.length === 0 ? undefined : { from, words: words.slice(0, 10) };
}

/** A condition as JSON, with completion of attribute names. */
export function FilterEditor({
  entity,
  onChange,
  value,
}: {
  readonly entity: EntityInfo;
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [completion, setCompletion] = useState<Completion | undefined>();
  const [chosen, setChosen] = useState(0);
  const properties = entity.attributes.map(({ property }) => property);
  const look = () => {
    const { selectionStart: caret = 0, value: text = '' } = area.current ?? {};
    setCompletion(completionAt(text, caret, properties));
    setChosen(0);
  };
  const accept = (word: string) => {
    const { selectionStart: caret = 0 } = area.current ?? {};
    if (!completion) return;
    const rest = value.slice(caret);
    const text = `${value.slice(0, completion.from)}${word}`;
    const closed = rest.startsWith('"') ? rest : `"${rest}`;
    onChange(text + closed);
    setCompletion(undefined);
    const after = text.length + 1;
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(after, after);
    });
  };
  const press = (event: KeyboardEvent) => {
    if (!completion) return;
    const { length } = completion.words;
    if (event.key === 'ArrowDown') setChosen((chosen + 1) % length);
    else if (event.key === 'ArrowUp') setChosen((chosen + length - 1) % length);
    else if (event.key === 'Enter' || event.key === 'Tab') accept(completion.words[chosen]!);
    else if (event.key === 'Escape') setCompletion(undefined);
    else return;
    event.preventDefault();
  };
  const example = entity.attributes.find(({ keyType, roles }) => keyType === 'string' && roles.length === 0)?.property;
  return (
    <div class="filter">
      <label for="filter">Filter</label>
      <div class="completed">
        <textarea
          id="filter"
          ref={area}
          rows={3}
          spellcheck={false}
          value={value}
          placeholder={`{ "attr": "${example ?? 'name'}", "beginsWith": "…" }`}
          aria-describedby="filter-help"
          aria-autocomplete="list"
          aria-controls="filter-words"
          aria-activedescendant={completion ? `filter-word-${chosen}` : undefined}
          onInput={(event) => {
            onChange(event.currentTarget.value);
            look();
          }}
          onKeyDown={press}
          onClick={look}
          onBlur={() => setCompletion(undefined)}
        />
        <ul id="filter-words" class="words" role="listbox" aria-label="Completions" hidden={!completion}>
          {completion?.words.map((word, at) => (
            <li
              key={word}
              id={`filter-word-${at}`}
              role="option"
              aria-selected={at === chosen}
              onMouseDown={(event) => {
                event.preventDefault();
                accept(word);
              }}
            >
              {word}
            </li>
          ))}
        </ul>
      </div>
      <p id="filter-help" class="note">
        A condition as JSON, on items as the newest version has them. Names are completed after <code>"</code>.
        Operators: <code>{operators.join(' ')}</code>; <code>and</code> and <code>or</code> take a list,{' '}
        <code>not</code> one condition.
      </p>
    </div>
  );
}
