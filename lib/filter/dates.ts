import { isCommonDate, timeOfText } from '../codec/date-text.js';
import type { WireValue } from '../codec/wire.js';
import {
  isPath,
  operandsOf,
  type WireCondition,
  type WireOperand,
  type WirePath,
  type WirePredicate,
} from '../codec/wire-condition.js';
import type { WireType } from '../codec/wire-types.js';
import { orderOf, wireTypeOf } from './compare.js';
import { predicatesOf } from './named-attributes.js';

/*
 * One date has many texts: `…T10:00:00.000Z`, which is what we write, `…T10:00:00Z`, `…T12:00:00+02:00`. Conditions
 * mean the time. Engines compare texts, which is the same among texts as we write them, and in years of four digits. So
 * an engine is asked two things: the comparison as it stands, and whether a stored text is of another notation
 * (`isCommonDate`). What it can't tell is judged here:
 *
 * - Reads ask for what possibly holds: where the comparison does, or the notation is another one. Each item that comes
 *   back is judged.
 * - Writes ask for what certainly holds: where the comparison does, and the notation is ours. Where that is refused,
 *   what is stored is read and judged, and the write is sent again on the condition that nothing of it changes.
 *
 * `not` turns one into the other.
 */

/** A condition for an engine that holds wherever the given one can. */
export function possibleDates(condition: WireCondition): WireCondition {
  return formOf(condition, true);
}

/** A condition for an engine that holds only where the given one does, in whatever notation dates are stored. */
export function certainDates(condition: WireCondition): WireCondition {
  return formOf(condition, false);
}

/** Whether a condition compares dates that are stored as text: then engines can't tell alone. */
export function asksForDates(condition: WireCondition): boolean {
  return predicatesOf(condition).some((predicate) => datePlaces(predicate).length > 0);
}

/** How two values are ordered at a place of dates: two dates by their times, everything else as engines compare. */
export function orderOfDates(a: WireValue, b: WireValue): number | undefined {
  const [time, other] = [a, b].map((value) => ('S' in value ? timeOfText(value.S) : undefined));
  return time === undefined || other === undefined ? orderOf(a, b) : time - other;
}

function formOf(condition: WireCondition, isPossible: boolean): WireCondition {
  if ('and' in condition) return { and: condition.and.map((each) => formOf(each, isPossible)) };
  if ('or' in condition) return { or: condition.or.map((each) => formOf(each, isPossible)) };
  if ('not' in condition) return { not: formOf(condition.not, !isPossible) };
  const places = datePlaces(condition);
  if (places.length === 0) return condition;
  const asTexts = withoutDates(condition);
  const [subject] = places as [WirePath];
  if (isOrder(condition) && !operandsOf(condition).every(isOrderedOperand)) {
    // texts of other years than those of four digits have another order than their times
    return isPossible ? { ...subject, type: 'S' } : never(subject);
  }
  if (isPossible) return { or: [asTexts, ...doubts(condition, places)] };
  const uncertain = isEquality(condition) ? textDoubts(condition, places) : doubts(condition, places);
  return uncertain.length > 0 ? { and: [asTexts, ...uncertain.map((not) => ({ not }))] } : asTexts;
}

/** Where an engine's answer to a comparison can be another than ours. */
function doubts(predicate: WirePredicate, places: readonly WirePath[]): WireCondition[] {
  const collections = collectionTypes(predicate).map((type) => Object.assign(placeOf(predicate), { type }));
  const canMeetText = operandsOf(predicate).some((operand) => isPath(operand) || 'S' in operand);
  return [...(canMeetText ? places.map(otherNotation) : []), ...collections];
}

/** Where values that are equal as texts, or members that are, can be another date: only a part of a text can. */
function textDoubts(predicate: WirePredicate, places: readonly WirePath[]): WireCondition[] {
  return 'contains' in predicate ? places.map(otherNotation) : [];
}

/** The types of stored values whose members can be dates in another notation. */
function collectionTypes(predicate: WirePredicate): readonly WireType[] {
  const operands = operandsOf(predicate);
  if (operands.some(isPath)) return ['SS', 'L', 'M'];
  const types = new Set((operands as readonly WireValue[]).map(wireTypeOf));
  if ('contains' in predicate) return types.has('S') ? ['SS', 'L'] : ['L'];
  return (['SS', 'L', 'M'] as const).filter((type) => types.has(type));
}

/** Whether a comparison with a value asks for the same, so that what is the same as text is the same as a date. */
function isEquality(predicate: WirePredicate): boolean {
  if (operandsOf(predicate).some(isPath)) return false;
  return 'eq' in predicate || 'in' in predicate || 'contains' in predicate;
}

function otherNotation(place: WirePath): WireCondition {
  return { ...place, isCommonDate: false };
}

function isOrder(predicate: WirePredicate): boolean {
  return ['lt', 'lte', 'gt', 'gte', 'between'].some((operator) => operator in predicate);
}

function isOrderedOperand(operand: WireOperand): boolean {
  return isPath(operand) || !('S' in operand) || isCommonDate(operand.S);
}

function never(place: WirePath): WireCondition {
  return {
    and: [
      { ...place, exists: true },
      { ...place, exists: false },
    ],
  };
}

/** The places of dates that a comparison looks at, as an engine is asked for them; the subject's first. */
function datePlaces(predicate: WirePredicate): WirePath[] {
  const paths = [predicate, ...operandsOf(predicate).filter(isPath)];
  return paths.filter(({ dates }) => dates).map(placeOf);
}

function placeOf({ attribute, within }: WirePath): WirePath {
  return within ? { attribute, within } : { attribute };
}

function withoutDates(predicate: WirePredicate): WirePredicate {
  const plain = { ...predicate, dates: undefined };
  const compared = Object.entries(plain).map(([member, value]: [string, unknown]) => {
    if (['attribute', 'within', 'size', 'dates'].includes(member)) return [member, value];
    return [member, Array.isArray(value) ? value.map(plainOperand) : plainOperand(value as WireOperand)];
  });
  return Object.fromEntries(compared) as WirePredicate;
}

function plainOperand(operand: WireOperand): WireOperand {
  return isPath(operand) ? placeOf(operand) : operand;
}
