import { conformance } from './conformance.js';

await conformance('dynamodb-local');
