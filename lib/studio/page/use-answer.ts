import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Problem } from '../problem.js';
import { problemIn } from './call-server.js';

/** How far a question is. What was answered before stays until there is something newer. */
export interface Asked<T> {
  readonly answer: T | undefined;
  readonly problem: Problem | undefined;
  readonly isWaiting: boolean;
  readonly again: () => void;
}

/** Asks when the page shows it, and again when one of `about` changes. */
export function useAnswer<T>(ask: (signal: AbortSignal) => Promise<T>, about: readonly unknown[]): Asked<T> {
  const [state, setState] = useState<Omit<Asked<T>, 'again'>>({
    answer: undefined,
    problem: undefined,
    isWaiting: true,
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const stopping = new AbortController();
    setState((before) => ({ ...before, isWaiting: true }));
    ask(stopping.signal).then(
      (answer) => stopping.signal.aborted || setState({ answer, problem: undefined, isWaiting: false }),
      (error: unknown) =>
        stopping.signal.aborted || setState({ answer: undefined, problem: problemIn(error), isWaiting: false }),
    );
    return () => stopping.abort();
  }, [...about, round]);
  return { ...state, again: useCallback(() => setRound((before) => before + 1), []) };
}

/** Asks again and again while something is under way. */
export function useWatch<T>(ask: () => Promise<T>, isUnderWay: (answer: T) => boolean, about: readonly unknown[]) {
  const asked = useAnswer(ask, about);
  const { again, answer, isWaiting } = asked;
  useEffect(() => {
    if (isWaiting || answer === undefined || !isUnderWay(answer)) return undefined;
    const timer = window.setTimeout(again, 400);
    return () => window.clearTimeout(timer);
  }, [answer, isWaiting]);
  return asked;
}
