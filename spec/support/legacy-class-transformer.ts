import { Legacy } from 'dynamo-evolve';
import type * as ClassTransformer from 'class-transformer';
// its name leads here
// @ts-expect-error without declarations of its own
import * as loaded from 'class-transformer/cjs/index.js';

const classTransformer = loaded as typeof ClassTransformer;

export const { instanceToPlain, plainToInstance, TransformationType } = classTransformer;

export const Type = handedOn(classTransformer.Type);
export const Transform = handedOn(classTransformer.Transform);
export const Expose = handedOn(classTransformer.Expose);
export const Exclude = handedOn(classTransformer.Exclude);

/** The same decorator, in the hands of `@Legacy`. */
function handedOn<Args extends unknown[]>(decorator: (...args: Args) => PropertyDecorator) {
  return (...args: Args) => Legacy(decorator(...args));
}
