export const properties: number;
export const kinds: readonly string[];
export function makeApplication(
  folder: string,
  kind: string,
  options: { readonly declarations: string; readonly entities: number },
): string;
export function compile(application: string): Readonly<Record<string, number>>;
