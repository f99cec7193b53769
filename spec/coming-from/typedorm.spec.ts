import { jest } from '@jest/globals';
import { installPeers } from '../support/install-peers.js';
import { describeAdoptedTable } from './adopted-table.js';

jest.setTimeout(120_000);

await installPeers();
const { typedorm } = await import('./peers/typedorm.js');
describeAdoptedTable(typedorm);
