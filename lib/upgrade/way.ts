/** A step from one version to another. */
interface Hop {
  readonly from: number;
  readonly to: number;
}

type Way = readonly Hop[];
type Ways = Map<number, Way | undefined>;

/** Paths that were found before, by steps, target version and start. */
const known = new WeakMap<readonly Hop[], Map<number, Ways>>();

/**
 * The path from one version to another by upgrades, or by downgrades: the one with the fewest steps, and among those
 * the one with the longest first step. `undefined` if there is none. Results are cached.
 */
export function findWay<Step extends Hop>(
  steps: readonly Step[],
  from: number,
  to: number,
): readonly Step[] | undefined {
  const byTarget = known.get(steps) ?? new Map<number, Ways>();
  known.set(steps, byTarget);
  const ways: Ways = byTarget.get(to) ?? new Map([[to, Object.freeze([])]]);
  byTarget.set(to, ways);
  return wayTo(to, from, steps, ways) as readonly Step[] | undefined;
}

function wayTo(target: number, from: number, steps: readonly Hop[], ways: Ways): Way | undefined {
  if (ways.has(from)) return ways.get(from);
  const isUp = from < target;
  const leading = steps.filter((step) => step.from === from && (isUp ? step.to <= target : step.to >= target));
  let best: Way | undefined;
  for (const step of leading.toSorted((a, b) => Math.abs(b.to - from) - Math.abs(a.to - from))) {
    const isOnTheWay = isUp ? step.to > from : step.to < from;
    const rest = isOnTheWay ? wayTo(target, step.to, steps, ways) : undefined;
    if (rest !== undefined && (best === undefined || rest.length + 1 < best.length)) best = [step, ...rest];
  }
  const way = best && Object.freeze(best);
  ways.set(from, way);
  return way;
}
