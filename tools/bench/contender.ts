import type { WireItem } from '../../lib/index.js';

/** One thing that is done again and again; `at` counts up from 0. */
export type Operation = (at: number) => unknown;

/** A way to read and write documents, in the words of its own users. What it can't do, it lacks. */
export interface Contender {
  readonly name: string;
  /** The packages whose versions count. */
  readonly packages: readonly string[];
  /** Its table, and the documents in it: sessions in the form that it stores. */
  readonly table: string;
  readonly stored: (at: number) => WireItem;
  /** Makes an object of a conversation's stored values, already decoded. */
  readonly hydrate?: () => Promise<Operation>;
  /** Reads a page of sessions. */
  readonly query?: (endpoint: string) => Promise<Operation>;
  /** Reads a session. */
  readonly get?: (endpoint: string) => Promise<Operation>;
  /** Stores a session whole. */
  readonly put?: (endpoint: string) => Promise<Operation>;
  /** Stores a session's new title. */
  readonly save?: (endpoint: string) => Promise<Operation>;
}

/**
 * A package that only this folder has; its types are declared where it is used, so that the project's own checks need
 * none of them.
 */
export async function load<Module>(name: string): Promise<Module> {
  return (await import(name)) as Module;
}
