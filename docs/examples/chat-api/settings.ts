import { randomBytes } from 'node:crypto';

/** What the environment says. */
export interface Settings {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Signs cursors. Instances that serve the same clients need the same one. */
  readonly cursorSecret: string | Uint8Array;
}

/** Reads HOST, PORT and CURSOR_SECRET. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const { CURSOR_SECRET, HOST, PORT } = environment;
  return { host: HOST ?? 'localhost', port: Number(PORT ?? 3000), cursorSecret: CURSOR_SECRET ?? randomBytes(32) };
}
