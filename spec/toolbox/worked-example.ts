import { item, list, map, number, set, string } from 'dynamodb-toolbox';
import { defineEntity, downgrade, upgrade } from 'dynamo-evolve/toolbox';
import { MessageUpgrades } from '../../upgrades/message-upgrades.js';
import { SessionUpgrades } from '../../upgrades/session-upgrades.js';

/** The session of `entities/`, without a decorator. */
export const Session = defineEntity({
  name: 'Session',
  table: 'chat_sessions',
  version: 3,
  schema: item({
    session_id: string().key(),
    user_id: string(),
    title: string(),
    session_state: string().enum('open', 'closed').default('open'),
    blueprint: string().default('devassist'),
    tags: set(string()).optional(),
  }),
  upgrades: [
    upgrade(1, 2, 'renamed state to session_state, added blueprint', SessionUpgrades.sessionState),
    upgrade(2, 3, 'turned the list of tags into a set', SessionUpgrades.tagSet),
  ],
  downgrades: [downgrade(3, 2, SessionUpgrades.tagList)],
  indexes: { by_user: { partitionKey: 'user_id', sortKey: 'updated_at' } },
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  revision: 'revision',
});
export type Session = InstanceType<typeof Session>;

/** The message of `entities/`, without a decorator. */
export const Message = defineEntity({
  name: 'Message',
  table: 'chat_messages',
  version: 2,
  schema: item({
    session_id: string().key(),
    message_id: string().key(),
    role: string().enum('user', 'assistant', 'system'),
    content: string(),
    attachments: list(map({ name: string(), media_type: string(), bytes: number() })).optional(),
    tokens: number().optional(),
  }),
  upgrades: [upgrade(1, 2, 'renamed text to content, turned author into role', MessageUpgrades.roleAndContent)],
  createdAt: 'created_at',
});
export type Message = InstanceType<typeof Message>;
