import type { ShownItem } from '../shown-value.js';
import { copyText } from './copy-text.js';

/** A key on one line. */
export function keyText(key: ShownItem): string {
  return Object.values(key).map(copyText).join(' · ');
}
