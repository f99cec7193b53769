import { useEffect, useRef, useState } from 'preact/hooks';
import type { EntityCount } from '../census-run.js';
import type { ChainView } from '../chain-view.js';
import type { EntityInfo } from '../studio-entity.js';
import { type ChainLayout, layoutChain, radius } from './chain-layout.js';
import { numberText } from './words.js';

interface ChainGraphProps {
  readonly chain: ChainView;
  readonly entity: EntityInfo;
  readonly count: EntityCount | undefined;
}

/** The versions with the upgrades on one side and the ways back on the other: in a row, or in a column if it is narrow. */
export function ChainGraph({ chain, count, entity }: ChainGraphProps) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    if (place.current) observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  const layout = width > 0 ? layoutChain(chain, width) : undefined;
  return (
    <div class="graph" ref={place}>
      {layout && (
        <div class="graph-frame" style={{ width: `${layout.width}px`, height: `${layout.height}px` }}>
          <Drawing chain={chain} count={count} entity={entity} layout={layout} />
          {layout.labels.map(({ left, step, top, width: room }) => (
            <p
              key={step.from}
              class={layout.isVertical ? 'edge-note beside' : 'edge-note'}
              title={step.description ?? step.method}
              style={{ left: `${left}px`, top: `${top}px`, width: `${room}px` }}
            >
              <span>{step.description ?? step.method}</span>
            </p>
          ))}
        </div>
      )}
    </div>
  );
}

function Drawing({ chain, count, entity, layout }: ChainGraphProps & { readonly layout: ChainLayout }) {
  const { upgrades, versions } = chain;
  const counts = new Map(count?.versions.map((each) => [each.version, each.count]));
  const text = upgrades.map(({ from, to }) => `${from} to ${to}`).join(', ');
  return (
    <svg
      width={layout.width}
      height={layout.height}
      role="img"
      aria-label={`Versions ${versions.map((each) => each.version).join(', ')}; upgrades ${text || 'none'}`}
    >
      <defs>
        {(['up', 'down'] as const).map((kind) => (
          <marker
            key={kind}
            id={`arrow-${kind}`}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0L8 4L0 8z" class={`head ${kind}`} />
          </marker>
        ))}
      </defs>
      {layout.edges.map(({ kind, mark, path, step }) => (
        <g key={`${kind} ${step.from} ${step.to}`}>
          <title>{`${step.from} → ${step.to}: ${step.description ?? step.method}`}</title>
          <path class={`edge ${kind}`} d={path} marker-end={`url(#arrow-${kind})`} />
          {kind === 'up' && step.isPointOfNoReturn && <path class="edge none" d={mark} />}
        </g>
      ))}
      {layout.versions.map(({ version, x, y }) => {
        const isReadable = versions.find((each) => each.version === version)?.isReadable;
        const kind = version === entity.version ? 'newest' : isReadable ? 'old' : 'gone';
        const stored = counts.get(version);
        return (
          <g key={version}>
            <circle class={`version ${kind}`} cx={x} cy={y} r={radius} />
            <text class={`version-name ${kind}`} x={x} y={y + 5}>
              v{version}
            </text>
            {stored !== undefined && (
              <text class="version-note" x={x} y={layout.isVertical ? y + radius + 17 : layout.height - 6}>
                {numberText(stored)} stored
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
