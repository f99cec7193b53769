import type { WriterNode, WriterTree } from '../proof/writer-tree.js';
import type { StoredItem } from './stored.js';

/**
 * What an instance runs: the release of two versions ago, the old one, or the new one, pinned to write the old version
 * or not.
 */
export type Release = 'first' | 'old' | 'pinned' | 'new';

/**
 * What an instance does for its users. `saves` stores a change of the entity that it `holds`, loaded at some earlier
 * time.
 */
export type Deed = 'reads' | 'holds' | 'saves' | 'updates';

/** A deed, and how far it has come. What it asked for when it began, such as the version to write, stays. */
export interface Course {
  readonly release: Release;
  readonly deed: Deed;
  readonly tree: WriterTree;
  readonly node: WriterNode;
}

/** One instance of the application; those that differ in nothing are the same object. */
export interface Instance {
  readonly id: number;
  readonly release: Release;
  /** The item of the entity that it loaded and hasn't saved yet. */
  readonly held: StoredItem | undefined;
  /** What it is in the middle of. */
  readonly course: Course | undefined;
}

const instances = new Map<string, Instance>();

export function instanceOf(release: Release, held?: StoredItem, course?: Course): Instance {
  const text = `${release} ${held?.id} ${course?.node.id}`;
  const instance = instances.get(text) ?? { id: instances.size, release, held, course };
  instances.set(text, instance);
  return instance;
}
