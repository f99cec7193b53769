import { z } from 'zod';

// What clients may send. Nest checks it with `StandardSchemaValidationPipe`, and answers anything else with 400.

/** The id of a user or a session in a URL. */
export const Id = z.string().min(1).max(200);

export const OpenSession = z.strictObject({
  user_id: Id,
  title: z.string().trim().min(1).max(200),
  tags: z.array(z.string().min(1).max(50)).max(20).default([]),
});
export type OpenSession = z.infer<typeof OpenSession>;

/** A new title. With the `revision` that a client has seen, it is stored only if that is still the stored one. */
export const RenameSession = z.strictObject({
  title: z.string().trim().min(1).max(200),
  revision: z.string().optional(),
});
export type RenameSession = z.infer<typeof RenameSession>;

export const PostMessage = z.strictObject({
  role: z.enum(['user', 'assistant', 'system']),
  // at most 60 kB in JSON; Nest accepts 100 kB by default
  content: z.string().min(1).max(10_000),
});
export type PostMessage = z.infer<typeof PostMessage>;

/** Which page of a list. */
export const Paging = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().optional(),
});
export type Paging = z.infer<typeof Paging>;
