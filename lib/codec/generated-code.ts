import type { Shape } from './row.js';

/** Whether the program allows code to be made of text. */
export const canGenerate: boolean = isAllowed();

function isAllowed(): boolean {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- asks whether it may
    return new Function('return true')() === true;
  } catch {
    return false;
  }
}

/** Rows of more shapes go without generated code: it pays where it is used often. */
const mostShapes = 100;

/** Functions for the rows of a shape, each generated when it is first needed. */
export class FunctionsByShape<F> {
  readonly #generate: (shape: Shape) => F;
  readonly #known = new WeakMap<Shape, F>();
  #count = 0;

  constructor(generate: (shape: Shape) => F) {
    this.#generate = generate;
  }

  /** The function of a shape; `undefined` for a shape that isn't worth it. */
  of(shape: Shape): F | undefined {
    const known = this.#known.get(shape);
    if (known || this.#count >= mostShapes) return known;
    const generated = this.#generate(shape);
    this.#known.set(shape, generated);
    this.#count++;
    return generated;
  }
}
