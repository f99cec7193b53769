import { describeAdoptedTable } from './adopted-table.js';
import { dynamodbToolbox } from './peers/dynamodb-toolbox.js';
import { dynamoosePeer } from './peers/dynamoose.js';
import { electrodb } from './peers/electrodb.js';
import { onetable } from './peers/onetable.js';

for (const peer of [dynamodbToolbox, electrodb, dynamoosePeer, onetable]) describeAdoptedTable(peer);
