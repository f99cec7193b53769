import type { StandardSchema } from 'dynamo-evolve';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';

/** What a book must be, as three libraries say it. */
export const schemas: Readonly<Record<'zod' | 'valibot' | 'arktype', StandardSchema>> = {
  zod: z.object({
    id: z.string().min(1),
    title: z.string().min(3),
    pages: z.number().int().positive(),
    tags: z.set(z.string()).optional(),
    author: z.object({ name: z.string(), born: z.number().optional() }).optional(),
    added_at: z.date(),
  }),
  valibot: v.object({
    id: v.pipe(v.string(), v.minLength(1)),
    title: v.pipe(v.string(), v.minLength(3)),
    pages: v.pipe(v.number(), v.integer(), v.minValue(1)),
    tags: v.optional(v.set(v.string())),
    author: v.optional(v.object({ name: v.string(), born: v.optional(v.number()) })),
    added_at: v.date(),
  }),
  arktype: type({
    id: 'string >= 1',
    title: 'string >= 3',
    pages: 'number.integer > 0',
    'tags?': 'Set',
    'author?': { name: 'string', 'born?': 'number' },
    added_at: 'Date',
  }),
};
