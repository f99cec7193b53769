// CommonJS: Node loads it before Jest and its workers, and `--import` would make workers miss their first message.

// Taking down the heap of a worker that has run a hundred suites takes more than half a second. Jest doesn't wait longer:
// it would kill the worker and report a leak. By then the worker has sent its results and has nothing left to do.
const isWorker = process.argv[1]?.endsWith('processChild.js');
if (isWorker) process.on('exit', (code) => process.reallyExit(code));
