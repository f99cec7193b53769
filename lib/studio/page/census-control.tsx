import { useState } from 'preact/hooks';
import type { CensusStatus } from '../census-run.js';
import { callServer } from './call-server.js';
import { countOf, durationText, timeText } from './words.js';

const shares = [
  { label: 'All items', sample: undefined },
  { label: 'A sample of 10 %', sample: 0.1 },
  { label: 'A sample of 1 %', sample: 0.01 },
] as const;

/** Starts and stops a count, and says how far it is. */
export function CensusControl({
  again,
  mayWrite,
  status,
}: {
  readonly status: CensusStatus | null | undefined;
  readonly again: () => void;
  readonly mayWrite: boolean;
}) {
  const [share, setShare] = useState(0);
  const [examine, setExamine] = useState(true);
  const isRunning = status?.state === 'running';
  const start = async () => {
    await callServer('startCensus', { examine, sample: shares[share]!.sample });
    again();
  };
  const stop = async () => {
    await callServer('stopCensus', {});
    again();
  };
  return (
    <div class="census">
      <div class="census-controls">
        <label>
          <span class="unseen">How much to read</span>
          <select
            value={String(share)}
            disabled={isRunning}
            onChange={(event) => setShare(Number(event.currentTarget.value))}
          >
            {shares.map(({ label }, at) => (
              <option key={label} value={String(at)}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label class="switch">
          <input type="checkbox" checked={examine} disabled={isRunning} onChange={() => setExamine(!examine)} /> Find
          what can’t be read
        </label>
        {isRunning ? (
          <button type="button" onClick={() => void stop()}>
            Stop
          </button>
        ) : (
          <button type="button" class="primary" onClick={() => void start()}>
            {status ? 'Count again' : 'Count the items'}
          </button>
        )}
      </div>
      <p class="note" role="status">
        {status && said(status, mayWrite)}
      </p>
    </div>
  );
}

function said({ items, milliseconds, startedAt, state }: CensusStatus, mayWrite: boolean): string {
  const read = `${countOf(items, 'item')} read in ${durationText(milliseconds / 1_000)}`;
  if (state === 'running') return `Counting: ${read}`;
  if (state === 'stopped') return `Stopped: ${read}`;
  if (state === 'failed') return `Ended early: ${read}`;
  const kept = mayWrite ? 'kept in the engine' : 'kept until the studio ends';
  return `Counted on ${timeText(startedAt)}: ${read}; ${kept}`;
}
