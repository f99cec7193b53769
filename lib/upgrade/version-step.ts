import type { Item } from '../item/item.js';
import type { StepList } from './steps/steps.js';

/** An upgrade or a downgrade: it brings an item from version `from` to version `to`. */
export interface VersionStep {
  readonly from: number;
  readonly to: number;
  /** The method's name in errors, logs and telemetry. */
  readonly method: string;
  readonly description: string | undefined;
  /** Whether running it on its own result changes nothing. */
  readonly repeatable: boolean;
  /** Whether it may look at any attribute. */
  readonly dynamic: boolean;
  /** The attributes that it looks at, if that is declared: it passes on all others. */
  readonly reads?: readonly string[] | undefined;
  /** Changes the item and returns nothing, or returns a new item. */
  readonly apply: (item: Item) => unknown;
  /** The declared steps, if it isn't a method. */
  readonly declared?: StepList | undefined;
}
