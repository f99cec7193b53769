import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** The settings from the environment. */
export interface Settings {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** The secret with which cursors are signed. Instances that serve the same clients need the same one. */
  readonly cursorSecret: string | Uint8Array;
  /** The version to store sessions in, while instances of an older release are running. */
  readonly sessionWriteVersion: number | undefined;
}

const Environment = z.object({
  HOST: z.string().default('localhost'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  CURSOR_SECRET: z.string().optional(),
  SESSION_WRITE_VERSION: z.coerce.number().int().optional(),
});

/**
 * Reads HOST, PORT, CURSOR_SECRET and SESSION_WRITE_VERSION. Empty values count as absent. Throws if one of them is
 * invalid.
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const given = Object.entries(environment).filter(([, value]) => value !== '');
  const { data, error } = Environment.safeParse(Object.fromEntries(given));
  if (error) throw new Error(`The environment is wrong.\n${z.prettifyError(error)}`);
  return {
    host: data.HOST,
    port: data.PORT,
    cursorSecret: data.CURSOR_SECRET ?? randomBytes(32),
    sessionWriteVersion: data.SESSION_WRITE_VERSION,
  };
}
