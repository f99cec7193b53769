/**
 * Loaded before a spec, forbids to make functions of text, as `--disallow-code-generation-from-strings` does, under
 * which Jest doesn't run. Entities come out equal, so that specs run unchanged.
 */
globalThis.Function = new Proxy(Function, {
  construct() {
    throw new EvalError('Code generation from strings disallowed for this context');
  },
});
