import { expect, test } from '@jest/globals';
import * as common from '@nestjs/common';

// `nest-11.spec.ts` says which one it wants
test('the Nest that these specs run on is the one that was meant', () => {
  const major = 'StandardSchemaValidationPipe' in common ? '12' : '11';
  expect(major).toBe(process.env.NEST_MAJOR ?? '12');
});
