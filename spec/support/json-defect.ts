/**
 * Whether this runtime has V8's defect of 2025: once JSON.parse has seen an object with a name that is a backslash
 * alone, it takes escaped names at that place (`\n`, `\"`) for that backslash. Node 24 and 26 have it:
 * https://github.com/nodejs/node/issues/63785.
 */
export const losesEscapedNames = isDefective();

function isDefective(): boolean {
  JSON.parse(String.raw`{"first":1,"\\":2}`);
  return Object.hasOwn(JSON.parse(String.raw`{"first":1,"\n":2}`) as object, '\\');
}
