import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { SweepSample } from '../sweep-run.js';
import { numberText } from './words.js';

/** A line of a chart. */
interface Line {
  readonly label: string;
  readonly colour: string;
  readonly valueOf: (sample: SweepSample) => number | undefined;
}

const rates: readonly Line[] = [
  { label: 'items a second', colour: '--accent', valueOf: ({ rate }) => rate },
  { label: 'allowed', colour: '--muted', valueOf: ({ allowed }) => allowed },
];
const latencies: readonly Line[] = [
  { label: 'half below', colour: '--accent', valueOf: ({ median }) => median },
  { label: '95 % below', colour: '--warn', valueOf: ({ slow }) => slow },
];

/** The rate of a sweep, and how long its requests take. */
export function SweepChart({ samples }: { readonly samples: readonly SweepSample[] }) {
  const last = samples.at(-1);
  return (
    <div class="charts">
      <figure>
        <figcaption>
          Rate <span class="note">now {numberText(last?.rate ?? 0)} items a second</span>
        </figcaption>
        <Chart samples={samples} lines={rates} />
      </figure>
      <figure>
        <figcaption>
          Requests{' '}
          <span class="note">
            {last?.median === undefined ? 'none just now' : `half take less than ${last.median} ms`}
          </span>
        </figcaption>
        <Chart samples={samples} lines={latencies} />
      </figure>
    </div>
  );
}

function Chart({ lines, samples }: { readonly samples: readonly SweepSample[]; readonly lines: readonly Line[] }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const data = [
    samples.map(({ second }) => second),
    ...lines.map(({ valueOf }) => samples.map((sample) => valueOf(sample) ?? null)),
  ] as uPlot.AlignedData;
  useEffect(() => {
    const make = () => {
      const element = place.current;
      if (!element) return;
      chart.current?.destroy();
      chart.current = new uPlot(optionsFor(element, lines), data, element);
    };
    make();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const observer = new ResizeObserver(([entry]) => {
      if (entry) chart.current?.setSize({ width: Math.floor(entry.contentRect.width), height });
    });
    if (place.current) observer.observe(place.current);
    dark.addEventListener('change', make);
    addEventListener('themechange', make);
    return () => {
      observer.disconnect();
      dark.removeEventListener('change', make);
      removeEventListener('themechange', make);
      chart.current?.destroy();
      chart.current = undefined;
    };
  }, []);
  useEffect(() => chart.current?.setData(data), [samples]);
  const names = lines.map(({ label }) => label).join(' and ');
  return (
    <>
      <div class="chart" ref={place} role="img" aria-label={`Chart over time: ${names}`} />
      <ul class="legend" aria-hidden="true">
        {lines.map(({ colour, label }) => (
          <li key={label} class="note">
            <span class="swatch" style={{ background: `var(${colour})` }} /> {label}
          </li>
        ))}
      </ul>
    </>
  );
}

const height = 150;

function optionsFor(element: HTMLElement, lines: readonly Line[]): uPlot.Options {
  const style = getComputedStyle(element);
  // a canvas knows no variables: the element tells what they come to
  const colour = (name: string) => {
    element.style.color = `var(${name})`;
    const found = style.color;
    element.style.color = '';
    return found;
  };
  const axis = {
    stroke: colour('--muted'),
    font: `11px ${style.fontFamily}`,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height,
    cursor: { show: false },
    legend: { show: false },
    scales: { x: { time: false }, y: { range: (_chart, _from, to) => [0, Math.max(1, to * 1.1)] } },
    axes: [
      { ...axis, size: 26, values: (_chart, values) => values.map((value) => `${value} s`) },
      { ...axis, size: 44 },
    ],
    series: [
      {},
      ...lines.map(({ colour: name, label }) => ({
        label,
        stroke: colour(name),
        width: 1.5,
        spanGaps: true,
        points: { show: false },
      })),
    ],
  };
}
