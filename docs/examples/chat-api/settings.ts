import { randomBytes } from 'node:crypto';

/** What the environment says. */
export interface Settings {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Signs cursors. Instances that serve the same clients need the same one. */
  readonly cursorSecret: string | Uint8Array;
  /** The version that sessions are stored as, while instances of a release before are about. */
  readonly sessionWriteVersion: number | undefined;
}

/** Reads HOST, PORT, CURSOR_SECRET and SESSION_WRITE_VERSION. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const { CURSOR_SECRET, HOST = 'localhost', PORT = '3000', SESSION_WRITE_VERSION } = environment;
  return {
    host: HOST,
    port: Number(PORT),
    cursorSecret: CURSOR_SECRET ?? randomBytes(32),
    sessionWriteVersion: SESSION_WRITE_VERSION === undefined ? undefined : Number(SESSION_WRITE_VERSION),
  };
}
