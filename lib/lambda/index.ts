export { changeHandler } from './change-handler.js';
export type { ChangeHandlerOptions, UnreadablePolicy } from './handler-options.js';
export type { BatchResponse, StreamEvent } from './stream-event.js';
