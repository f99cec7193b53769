/** The plain values of a record under their stored attribute names. */
export type UpgradeItem = Record<string, unknown>;
