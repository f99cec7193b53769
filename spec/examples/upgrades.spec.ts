import { describeUpgrades } from 'dynamo-evolve/testing';
import { Message } from '../../entities/message.js';
import { Session } from '../../entities/session.js';

describeUpgrades(Session, { samples: 'spec/samples/session' });
describeUpgrades(Message, { samples: 'spec/samples/message' });
