import type { EntityCount } from '../census-run.js';
import type { ChainView } from '../chain-view.js';
import type { StepInfo } from '../item-way.js';
import type { EntityInfo } from '../studio-entity.js';
import { numberText } from './words.js';

const radius = 26;
const margin = 60;

/** The versions in a row, with upgrades above and ways back below. */
export function ChainGraph({
  chain,
  count,
  entity,
}: {
  readonly chain: ChainView;
  readonly entity: EntityInfo;
  readonly count: EntityCount | undefined;
}) {
  const { downgrades, upgrades, versions } = chain;
  // a short chain has room for what its steps do
  const gap = versions.length > 6 ? 128 : 206;
  const places = new Map(versions.map(({ version }, at) => [version, margin + at * gap]));
  const placeOf = (version: number) => places.get(version) ?? 0;
  const hops = ({ from, to }: StepInfo) => Math.abs(placeOf(from) - placeOf(to)) / gap;
  const reach = (steps: readonly StepInfo[]) => Math.max(1, ...steps.map(hops));
  const above = 34 + reach(upgrades) * 26;
  const below = 40 + reach(downgrades) * 26;
  const middle = above + radius;
  const size = { width: 2 * margin + (versions.length - 1) * gap, height: above + 2 * radius + below };
  const counts = new Map(count?.versions.map((each) => [each.version, each.count]));
  const text = upgrades.map(({ from, to }) => `${from} to ${to}`).join(', ');
  return (
    <div class="graph-scroll" tabIndex={0} role="region" aria-label="Graph of the versions">
      <svg
        class="graph"
        {...size}
        viewBox={`0 0 ${size.width} ${size.height}`}
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
        {upgrades.map((step) => (
          <g key={`up ${step.from} ${step.to}`}>
            <title>{`${step.from} → ${step.to}: ${step.description ?? step.method}`}</title>
            <path
              class="edge up"
              d={arc(placeOf(step.from), placeOf(step.to), middle, -1, hops(step))}
              marker-end="url(#arrow-up)"
            />
            {gap > 200 && hops(step) === 1 && (
              <text class="edge-note" x={(placeOf(step.from) + placeOf(step.to)) / 2} y={middle - radius - 30}>
                {shortened(step.description ?? step.method)}
              </text>
            )}
            {step.isPointOfNoReturn && (
              <path class="edge none" d={`M${(placeOf(step.from) + placeOf(step.to)) / 2} ${middle - 16}v32`} />
            )}
          </g>
        ))}
        {downgrades.map((step) => (
          <g key={`down ${step.from} ${step.to}`}>
            <title>{`${step.from} → ${step.to}: ${step.description ?? step.method}`}</title>
            <path
              class="edge down"
              d={arc(placeOf(step.from), placeOf(step.to), middle, 1, hops(step))}
              marker-end="url(#arrow-down)"
            />
          </g>
        ))}
        {versions.map(({ isReadable, version }) => {
          const x = placeOf(version);
          const stored = counts.get(version);
          const kind = version === entity.version ? 'newest' : isReadable ? 'old' : 'gone';
          return (
            <g key={version}>
              <circle class={`version ${kind}`} cx={x} cy={middle} r={radius} />
              <text class={`version-name ${kind}`} x={x} y={middle + 5}>
                v{version}
              </text>
              {stored !== undefined && (
                <text class="version-note" x={x} y={size.height - 8}>
                  {numberText(stored)} stored
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

/** A curve from one version to another: the further, the higher. */
function arc(from: number, to: number, middle: number, side: -1 | 1, hops: number): string {
  const way = Math.sign(to - from);
  const [start, end] = [from + way * 15, to - way * 17];
  const height = side * (radius + 8 + hops * 26);
  const edge = middle + side * (radius - 4);
  return `M${start} ${edge}C${start + way * 20} ${middle + height} ${end - way * 20} ${middle + height} ${end} ${edge}`;
}

const longest = 34;

function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest).trimEnd()}…` : text;
}
