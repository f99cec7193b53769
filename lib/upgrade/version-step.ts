import type { Item } from '../item/item.js';
import type { StepList } from './steps/steps.js';

/** One step of a chain, up or down: brings an item of version `from` to version `to`. */
export interface VersionStep {
  readonly from: number;
  readonly to: number;
  /** The method, as errors, logs and telemetry name it. */
  readonly method: string;
  readonly description: string | undefined;
  /** Whether it is harmless to run it again on its own output. */
  readonly repeatable: boolean;
  /** Whether it looks at attributes that it doesn't name. */
  readonly dynamic: boolean;
  /** The attributes that it looks at, if it says so: it passes on all others, whatever it looks like. */
  readonly reads?: readonly string[] | undefined;
  /** Changes the item and returns nothing, or returns a new one. */
  readonly apply: (item: Item) => unknown;
  /** What it consists of, if it is declared and not written by hand. */
  readonly declared?: StepList | undefined;
}
