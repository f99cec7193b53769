import type { Census, CensusOptions } from '../operations/census.js';
import type { Config } from './config.js';
import type { Terminal } from './terminal.js';
import { classesNamed, withMapper } from './with-mapper.js';

export interface CensusArguments extends CensusOptions {
  readonly endpoint?: string | undefined;
}

/** Counts the stored items by their versions. Resolves to the exit code: 1 if some can't be read. */
export function runCensus(
  config: Config,
  names: readonly string[],
  { endpoint, ...options }: CensusArguments,
  terminal: Terminal,
): Promise<number> {
  return withMapper(config, endpoint, async (mapper) => {
    const censuses: Census[] = [];
    for (const entity of classesNamed(config, 'dynamo-evolve census', names)) {
      const census = await mapper.repository(entity).census(options);
      for (const line of censusLines(census)) terminal.print(line);
      censuses.push(census);
    }
    terminal.printJson({ censuses });
    return censuses.some(({ unreadable, withoutVersion }) => withoutVersion > 0 || unreadable?.count) ? 1 : 0;
  });
}

function censusLines({ entity, otherClasses, sample, table, unreadable, versions, withoutVersion }: Census): string[] {
  const about = sample ? `, estimated from ${sample.read} of ${sample.total} segments` : '';
  const lines = versions.map(({ between, bytes, count, lastUpdated, version }) => {
    const range = between ? ` (${between[0]} to ${between[1]})` : '';
    const last = lastUpdated ? `, last written ${lastUpdated.toISOString()}` : '';
    return `  version ${version}: ${itemsOf(count)}${range}, ${bytes} bytes${last}`;
  });
  if (versions.length === 0) lines.push('  no items');
  if (withoutVersion > 0) lines.push(`  without a version: ${itemsOf(withoutVersion)}`);
  if (otherClasses > 0) lines.push(`  of other classes: ${itemsOf(otherClasses)}`);
  for (const [code, count] of Object.entries(unreadable?.codes ?? {})) lines.push(`  ${code}: ${itemsOf(count)}`);
  return [`${entity} (${table})${about}`, ...lines];
}

export function itemsOf(count: number): string {
  return count === 1 ? '1 item' : `${count} items`;
}
