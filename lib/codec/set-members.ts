import { canonicalNumber } from './number.js';
import { wireBytes, type WireValue } from './wire.js';

type SetType = 'SS' | 'NS' | 'BS';

/** What is in a set on the wire. */
export interface SetMembers {
  readonly type: SetType;
  readonly members: readonly (string | Uint8Array)[];
}

/** The members of a set, as they stand on the wire; `undefined` for every other value. */
export function setMembers(value: WireValue): SetMembers | undefined {
  if ('SS' in value) return { type: 'SS', members: value.SS };
  if ('NS' in value) return { type: 'NS', members: value.NS };
  return 'BS' in value ? { type: 'BS', members: value.BS } : undefined;
}

/** The set whose only member is a value; `undefined` for values that can't be in a set. */
export function singleMember(value: WireValue): SetMembers | undefined {
  if ('S' in value) return { type: 'SS', members: [value.S] };
  if ('N' in value) return { type: 'NS', members: [value.N] };
  return 'B' in value ? { type: 'BS', members: [value.B] } : undefined;
}

/** The set with these members. */
export function setOf(type: SetType, members: SetMembers['members']): WireValue {
  return { [type]: members } as unknown as WireValue;
}

/** A text for each member by which those of one type are told apart: numbers by their value, bytes by their content. */
export function memberTexts({ members, type }: SetMembers): string[] {
  if (type === 'SS') return members as string[];
  if (type === 'NS') return members.map((member) => canonicalNumber(member as string) ?? (member as string));
  return members.map((member) => Buffer.from(wireBytes(member)).toString('base64'));
}
