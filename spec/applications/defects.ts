import { Repository } from 'dynamo-evolve';
import type { MakeRepository } from './application.js';
import { Article, Settings } from './article.js';

type Key = Parameters<Repository<Article>['get']>[0];

/** Repositories that break a promise each: the applications must notice every one. */
export const defects: Readonly<Record<string, MakeRepository>> = {
  'a save is forgotten': made(
    class extends Repository<Article> {
      #count = 0;
      override save(...[article, options]: Parameters<Repository<Article>['save']>) {
        return ++this.#count % 5 === 0 ? Promise.resolve(article) : super.save(article, options);
      }
    },
  ),
  'what is changed during a save is taken back': made(
    class extends Repository<Article> {
      override async save(...[article, options]: Parameters<Repository<Article>['save']>) {
        const before = Object.assign({}, article);
        await super.save(article, options);
        if (!Object.isFrozen(article)) Object.assign(article, before, { updated_at: article.updated_at });
        return article;
      }
    },
  ),
  "others' changes are overwritten": made(
    class extends Repository<Article> {
      override save(article: Article) {
        return super.save(article, { overwrite: true });
      }
    },
  ),
  'a put drops what the class does not declare': made(
    class extends Repository<Article> {
      override async put(...[article, options]: Parameters<Repository<Article>['put']>) {
        await super.put(article, options);
        // with a revision, the second write would be noticed for that
        if (!('revision' in article)) await super.put(Object.assign(new Article(), article));
        return article;
      }
    },
  ),
  'entities share a value': made(
    class extends Repository<Article> {
      readonly #settings = new Settings();
      override async get(...[key, options]: Parameters<Repository<Article>['get']>) {
        const article = await super.get(key, options);
        return article && Object.assign(article, { settings: Object.assign(this.#settings, article.settings) });
      }
    },
  ),
  'an update is done twice': made(
    class extends Repository<Article> {
      override async update(...[key, clauses, options]: Parameters<Repository<Article>['update']>) {
        const article = await super.update(key, clauses, options);
        return clauses.add ? super.update(key, clauses) : article;
      }
    },
  ),
  'an update is refused, and done': made(
    class extends Repository<Article> {
      override async update(...[key, clauses, options]: Parameters<Repository<Article>['update']>) {
        await super.update(key, clauses, options);
        return super.update(key, clauses, { condition: { attr: 'heading', eq: 'none' } });
      }
    },
  ),
  'an unchanged save writes': made(
    class extends Repository<Article> {
      override async save(...[article, options]: Parameters<Repository<Article>['save']>) {
        await super.save(article, options);
        if (options === undefined) await super.get(keyOf(article));
        return article;
      }
    },
  ),
  'a date is rewritten in another notation': made(
    class extends Repository<Article> {
      override async update(...[key, clauses, options]: Parameters<Repository<Article>['update']>) {
        const article = await super.update(key, clauses, options);
        return article.due ? super.update(key, { set: { due: article.due } }) : article;
      }
    },
  ),
  'what is deleted was there all the same': made(
    class extends Repository<Article> {
      override async delete(...[key, options]: Parameters<Repository<Article>['delete']>) {
        await super.delete(key, options);
        return true;
      }
    },
  ),
  'a query forgets the last one': made(
    class extends Repository<Article> {
      override query(...[options]: Parameters<Repository<Article>['query']>): ReturnType<Repository<Article>['query']> {
        return super.query({ ...options, limit: 1 });
      }
    },
  ),
};

function made(
  Broken: new (...args: ConstructorParameters<typeof Repository<Article>>) => Repository<Article>,
): MakeRepository {
  return (mapper, target) => new Broken(mapper, target);
}

function keyOf({ id, shelf }: Article): Key {
  return { id, shelf };
}
