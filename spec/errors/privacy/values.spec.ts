import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';
import { secret, secretNumber } from '../leaks.js';
import { type Provocation, specifyPrivacy } from './provoke.js';
import { judgedNotes, note, putWith, repository, schemaNotes, StrictNote, templated } from './secret-notes.js';

specifyPrivacy('values', {
  UNSUPPORTED_VALUE: [
    { done: () => secret },
    { done: Symbol(secret) },
    new StrictNote(),
    Object.assign(new StrictNote(), { constructor: { name: secret } }),
    new Map([[{ secret }, secret]]),
    new Set([secret, 1]),
    new Set([{ secret }]),
    [undefined, secret],
    `${secret}\uD800`,
    new Date(secretNumber),
    new Error(secret),
  ].map(
    (meta): Provocation =>
      () =>
        putWith({ meta }),
  ),
  INVALID_NUMBER: [
    Number.NaN,
    secretNumber * 1e10,
    BigInt(secretNumber) ** 4n,
    { x: new Set([BigInt(secretNumber) ** 4n]) },
  ].map(
    (meta): Provocation =>
      () =>
        putWith({ meta }),
  ),
  INVALID_NAME: [() => putWith({ meta: { '': secret } })],
  EMPTY_SET: [() => putWith({ meta: { text: secret, tags: new Set() } })],
  CIRCULAR_VALUE: [
    () => {
      const meta: Record<string, unknown> = { text: secret };
      meta.self = meta;
      return putWith({ meta });
    },
  ],
  TOO_DEEP: [
    () => {
      let meta: object = { text: secret };
      for (let depth = 0; depth < 40; depth++) meta = { deeper: meta, text: secret };
      return putWith({ meta });
    },
  ],
  INVALID_KEY_VALUE: [
    () => repository().get({ id: { secret } as never }),
    () => repository().get(secret as never),
    () => repository().insert(note({ id: '' })),
    () => templated().insert(templated().create({ author: secret, body: `${secret}#`, place: secret })),
    () =>
      repository()
        .query({ partition: [secret] as never })
        .all(),
    () =>
      repository()
        .query({ index: 'by_body', partition: new Set([secret]) as never })
        .all(),
  ],
  MISSING_ATTRIBUTE: [() => repository().insert(note({ body: undefined }))],
  INVALID_VALUE: [
    () => schemaNotes().insert(schemaNotes().create({ id: 'a', body: secret, meta: { text: 'x' } })),
    () => schemaNotes().insert(schemaNotes().create({ id: 'a', body: 'x', meta: { text: secret } })),
    () => schemaNotes().insert(schemaNotes().create({ id: 'a', body: 'x', meta: { other: secret } as never })),
    () => schemaNotes().update({ id: 'a' }, { set: { 'meta.text': secret } }),
  ],
  INVALID_ENTITY: [
    z.object({ body: z.literal('x'), stars: z.number().max(1) }),
    z.object({ body: z.string().refine(() => false, { error: ({ input }) => `${String(input)}!` }) }),
    v.object({ body: v.pipe(v.string(), v.maxLength(1)), stars: v.literal(1) }),
    v.object({ body: v.number(), stars: v.string() }),
    type({ body: "'x'", stars: 'number < 1' }),
    type({ body: 'string < 2', stars: 'string' }),
  ].flatMap((schema): Provocation[] => {
    const { note: judged, repository: notes } = judgedNotes(schema);
    return [() => notes.insert(judged), () => notes.update({ id: 'a' }, { set: { body: secret } })];
  }),
  INVALID_SCHEMA: [
    () => {
      const { note: judged, repository: notes } = judgedNotes(z.object({ body: z.string().refine(async () => false) }));
      return notes.insert(judged);
    },
  ],
  UNKNOWN_ATTRIBUTE: [() => repository().create({ bodi: secret } as never)],
  INCOMPLETE_KEY: [() => templated().update({ author: 'a' }, { set: { body: secret } })],
});
