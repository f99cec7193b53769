import { parametersOf, unsupportedIn } from './supported.js';
import type { Body } from './upstream.js';

/** Parameters whose values are few, and say what is asked of the engine. */
const telling = new Set([
  'BillingMode',
  'ConsistentRead',
  'ReturnConsumedCapacity',
  'ReturnValues',
  'ReturnValuesOnConditionCheckFailure',
  'ScanIndexForward',
  'Select',
]);

/** Notes every operation and parameter that the product sends, and what of that Alternator doesn't take. */
export class RequestRecorder {
  readonly #sent = new Set<string>();
  readonly #unsupported = new Set<string>();

  note(operation: string, body: Body): void {
    this.#sent.add(operation);
    for (const [parameter, value] of parametersOf(body)) {
      this.#sent.add(`${operation}.${parameter}${telling.has(parameter) ? `=${String(value)}` : ''}`);
    }
    for (const one of unsupportedIn(operation, body)) this.#unsupported.add(one);
  }

  /** Such as `GetItem`, `GetItem.Key` and `PutItem.ReturnValues=NONE`. */
  get sent(): string[] {
    return [...this.#sent].toSorted();
  }

  get unsupported(): string[] {
    return [...this.#unsupported].toSorted();
  }
}
