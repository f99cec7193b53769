import { readFileSync, writeSync } from 'node:fs';

/** A change that the engine has acknowledged. */
export type Change = 'visits' | 'by_old' | 'by_new' | 'raw' | 'deleted';

/** Notes a change before its writer goes on, so that nothing that was acknowledged can be missing. */
export function noteIn(file: number, id: string, change: Change): void {
  writeSync(file, `${id} ${change}\n`);
}

/** How often each change of each item was acknowledged, from the notes of all writers. */
export function acknowledgedIn(files: readonly string[]): Map<string, Partial<Record<Change, number>>> {
  const items = new Map<string, Partial<Record<Change, number>>>();
  for (const file of files) {
    for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
      const [id, change] = line.split(' ') as [string, Change];
      const changes = items.get(id) ?? {};
      changes[change] = (changes[change] ?? 0) + 1;
      items.set(id, changes);
    }
  }
  return items;
}
