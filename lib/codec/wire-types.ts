/** The engine's names of the types that a stored value can have. */
export const wireTypes = ['S', 'SS', 'N', 'NS', 'B', 'BS', 'BOOL', 'NULL', 'L', 'M'] as const;

export type WireType = (typeof wireTypes)[number];

const known: ReadonlySet<string> = new Set(wireTypes);

/** Whether a name is that of a type. */
export function isWireType(name: string): name is WireType {
  return known.has(name);
}
