import type { BrokenItem } from '../broken-item.js';
import type { EntityInfo } from '../studio-entity.js';
import { isUnreadable, meaningOf } from './codes.js';
import { VersionChip } from './parts.js';
import { linkTo } from './route.js';
import { numberText } from './words.js';

const mostShown = 12;

interface BrokenListProps {
  readonly entity: EntityInfo;
  readonly items: readonly BrokenItem[];
  /** How many there are of each code, where not all are named. */
  readonly codes: Readonly<Record<string, number>>;
}

/** Items that can't be read, by what is wrong with them: each with the step that fails, and a link to its way. */
export function BrokenList({ codes, entity, items }: BrokenListProps) {
  return (
    <div class="broken">
      {mostFirst(codes).map(([code, count]) => {
        const named = items.filter((item) => item.code === code);
        return (
          <div key={code}>
            <p class="broken-title">
              <code class="code">{code}</code> {numberText(count)} <span class="note">{meaningOf(code)}</span>
            </p>
            <ul class="broken-items">
              {named.slice(0, mostShown).map((item) => (
                <BrokenLine key={item.label} entity={entity} item={item} />
              ))}
            </ul>
            <Others entity={entity} code={code} count={count - Math.min(named.length, mostShown)} />
          </div>
        );
      })}
    </div>
  );
}

function mostFirst(codes: Readonly<Record<string, number>>): readonly (readonly [string, number])[] {
  return Object.entries(codes).toSorted(([, a], [, b]) => b - a);
}

function Others({
  code,
  count,
  entity,
}: {
  readonly entity: EntityInfo;
  readonly code: string;
  readonly count: number;
}) {
  if (count <= 0) return null;
  const text = `${numberText(count)} more`;
  return (
    <p class="note">
      and {isUnreadable(code) ? <a href={linkTo({ entity: entity.id, query: { onlyBroken: true } })}>{text}</a> : text}
    </p>
  );
}

function BrokenLine({
  entity,
  item: { key, label, reason, step, version },
}: {
  readonly entity: EntityInfo;
  readonly item: BrokenItem;
}) {
  const name = <span class="broken-key">{label}</span>;
  return (
    <li>
      <p class="broken-head">
        {key ? <a href={linkTo({ entity: entity.id, view: 'item', key })}>{name}</a> : name}
        <VersionChip version={version} newest={entity.version} />
        {step && (
          <span class="hop">
            step {step.from} → {step.to}
          </span>
        )}
      </p>
      {reason && <p class="reason">{reason}</p>}
    </li>
  );
}
