import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's Chromium, or the one that CHROMIUM names. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Why there is no browser; `undefined` if there is one. */
export const whyNoBrowser = existsSync(executablePath)
  ? undefined
  : `there is no ${executablePath}; install chromium, or name one by CHROMIUM`;

/** Starts a browser without a window. */
export function launchBrowser(): Promise<Browser> {
  // its sandbox can't be had by root
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}
