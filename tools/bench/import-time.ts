// Prints how many milliseconds it takes to import the modules behind `--`, after those before it.
const modules = process.argv.slice(2);
const first = modules.indexOf('--');
for (const name of modules.slice(0, first)) await import(name);
const started = performance.now();
for (const name of modules.slice(first + 1)) await import(name);
console.log(performance.now() - started);
