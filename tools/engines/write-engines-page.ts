import { writeFileSync } from 'node:fs';
import { enginesPage, writeEnginesPage } from './engines-page.js';

writeFileSync(enginesPage, writeEnginesPage());
