import * as jest from '@jest/globals';
import type { Class } from 'dynamo-evolve';
import { describeUpgrades } from 'dynamo-evolve/testing';
import * as node from 'node:test';
import * as vitest from 'vitest';
import { Session } from '../../entities/session.js';

/** Only compiled: every framework's functions fit. */
export function frameworks(samples: string | URL): void {
  describeUpgrades(Session, { samples });
  describeUpgrades(Session, { samples, describe: jest.describe, it: jest.it });
  describeUpgrades(Session, { samples, describe: vitest.describe, it: vitest.it });
  describeUpgrades(Session, { samples, describe: node.describe, it: node.it });
  describeUpgrades(Session, { samples, variations: { count: 10 } });
  describeUpgrades(Session satisfies Class, { samples, variations: { seed: 3 } });
  // @ts-expect-error the samples' folder is needed
  describeUpgrades(Session, {});
  // @ts-expect-error a class is needed
  describeUpgrades({}, { samples });
  // @ts-expect-error a seed is a number
  describeUpgrades(Session, { samples, variations: { seed: '3' } });
}
