// until every room imports them from there
export { isTemplated, type TemplatedAttribute } from './template.js';
