import type { ChainView } from '../chain-view.js';
import type { StepInfo } from '../item-way.js';

/** Where things stand in the drawing of a chain. The first coordinate follows the chain, the second one crosses it. */
export interface ChainLayout {
  readonly isVertical: boolean;
  readonly width: number;
  readonly height: number;
  readonly versions: readonly { readonly version: number; readonly x: number; readonly y: number }[];
  readonly edges: readonly Edge[];
  readonly labels: readonly Label[];
}

/** A step or a way back, as a curve. */
export interface Edge {
  readonly step: StepInfo;
  readonly kind: 'up' | 'down';
  readonly path: string;
  /** Where the mark of a point of no return crosses it. */
  readonly mark: string;
}

/** What a step does, beside its curve. */
export interface Label {
  readonly step: StepInfo;
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

export const radius = 26;
const margin = 46;
const leastGap = 148;
const mostGap = 260;
const verticalGap = 118;
/** The room for labels above a horizontal chain. */
const labelHeight = 58;
/** How much higher a curve is for each version that it skips. */
const skipHeight = 26;

/** Lays a chain out for a width: in a row where there is room for what its steps do, else in a column. */
export function layoutChain({ downgrades, upgrades, versions }: ChainView, width: number): ChainLayout {
  const numbers = versions.map(({ version }) => version);
  const places = new Map(numbers.map((version, at) => [version, at]));
  const placeOf = (version: number) => places.get(version) ?? 0;
  const hopsOf = ({ from, to }: StepInfo) => Math.abs(placeOf(from) - placeOf(to));
  const rowGap = Math.min(mostGap, (width - 2 * margin) / Math.max(1, numbers.length - 1));
  const isVertical = numbers.length > 1 && rowGap < leastGap;
  const gap = isVertical ? verticalGap : rowGap;
  const reach = (steps: readonly StepInfo[]) => Math.max(0, ...steps.map(hopsOf)) * skipHeight;
  const hasSkips = upgrades.some((step) => hopsOf(step) > 1);
  // the side of the upgrades comes first: above a row, to the right of a column
  const upside = reach(upgrades) + 18 + (isVertical ? 0 : labelHeight);
  const downside = reach(downgrades) + 16;
  const middle = isVertical ? radius + downside : radius + upside;
  const along = (at: number) => margin + at * gap;
  const point = (at: number, across: number) =>
    isVertical ? { x: middle + across, y: along(at) } : { x: along(at), y: middle - across };

  const curve = (step: StepInfo, side: 1 | -1): Pick<Edge, 'path' | 'mark'> => {
    const [from, to] = [placeOf(step.from), placeOf(step.to)];
    const way = Math.sign(to - from);
    const hops = hopsOf(step);
    // curves that skip versions pass over the labels of the others
    const overLabels = labelHeight + 30 + (hops - 1) * skipHeight;
    const lift = hops > 1 && !isVertical && side === 1 ? overLabels : hops * skipHeight;
    const edge = side * (radius - 4);
    const height = side * (radius + 10 + lift);
    const start = point(from + (way * 15) / gap, edge);
    const end = point(to - (way * 17) / gap, edge);
    const bend = point(from + (way * 36) / gap, height);
    const back = point(to - (way * 38) / gap, height);
    const centre = (from + to) / 2;
    const [inner, outer] = [point(centre, height * 0.78 - 12), point(centre, height * 0.78 + 12)];
    return {
      path: `M${start.x} ${start.y}C${bend.x} ${bend.y} ${back.x} ${back.y} ${end.x} ${end.y}`,
      mark: `M${inner.x} ${inner.y}L${outer.x} ${outer.y}`,
    };
  };
  const edges = [
    ...upgrades.map((step): Edge => ({ step, kind: 'up', ...curve(step, 1) })),
    ...downgrades.map((step): Edge => ({ step, kind: 'down', ...curve(step, -1) })),
  ];

  const labelled = upgrades.filter((step) => hopsOf(step) === 1);
  const labels = labelled.map((step): Label => {
    const centre = along((placeOf(step.from) + placeOf(step.to)) / 2);
    if (!isVertical) {
      const top = middle - radius - 6 - skipHeight - labelHeight;
      return { step, left: centre - gap / 2 + 8, top, width: gap - 16 };
    }
    const left = middle + radius + (hasSkips ? reach(upgrades) : skipHeight) + 14;
    return { step, left, top: centre - verticalGap / 2, width: Math.max(80, width - left) };
  });
  const length = 2 * margin + (numbers.length - 1) * gap;
  return {
    isVertical,
    width: isVertical ? width : length,
    height: isVertical ? length + 8 : middle + radius + downside + 22,
    versions: numbers.map((version, at) => Object.assign({ version }, point(at, 0))),
    edges,
    labels,
  };
}
