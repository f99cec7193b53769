import { useState } from 'preact/hooks';
import type { ShownItem } from '../shown-value.js';
import type { AttributeInfo, EntityInfo } from '../studio-entity.js';
import { Card } from './parts.js';
import { linkTo } from './route.js';

const wireTypes = { string: 'S', number: 'N', bytes: 'B' } as const;
const hints = { string: undefined, number: 'a number', bytes: 'base64' } as const;

/** Opens the item of a key, which is given as it is stored. */
export function KeyForm({ entity }: { readonly entity: EntityInfo }) {
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const submit = (event: Event) => {
    event.preventDefault();
    const key = Object.fromEntries(
      entity.keys.map((each) => [each.attribute, keyValue(each, texts[each.attribute] ?? '')]),
    );
    location.hash = linkTo({ entity: entity.id, view: 'item', key: key as unknown as ShownItem });
  };
  return (
    <Card title="By key" note="As it is stored.">
      <form class="query" onSubmit={submit}>
        {entity.keys.map(({ attribute, keyType, template }) => (
          <label key={attribute}>
            {attribute}
            <input
              required
              value={texts[attribute] ?? ''}
              placeholder={template ?? hints[keyType ?? 'string']}
              onInput={(event) => setTexts({ ...texts, [attribute]: event.currentTarget.value })}
            />
          </label>
        ))}
        <div class="query-end">
          <span class="spring" />
          <button type="submit">Open</button>
        </div>
      </form>
    </Card>
  );
}

function keyValue({ keyType }: AttributeInfo, text: string) {
  return { [wireTypes[keyType ?? 'string']]: text };
}
