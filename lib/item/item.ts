/**
 * One record as plain JavaScript values under stored attribute names, of any version: what upgrades receive and return.
 */
export interface Item {
  [attribute: string]: unknown;
}
