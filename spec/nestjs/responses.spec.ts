import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ClassSerializerInterceptor, Controller, Get, SerializeOptions, UseInterceptors } from '@nestjs/common';
import { type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Exclude, Expose } from 'class-transformer';
import { Attribute, Entity, PartitionKey, Repository, toResponse, Versioned } from 'dynamo-evolve';
import { EvolveModule, InjectRepository } from 'dynamo-evolve/nestjs';
import { type EmbeddedEngine, startEmbeddedEngine } from 'dynamo-evolve/testing';
import { silent } from './silent-logger.js';

@Entity({ table: 'accounts' })
@Versioned(1)
class Account {
  @PartitionKey() id!: string;
  @Attribute() @Exclude() password!: string;
  @Attribute() @Expose({ name: 'display_name' }) name!: string;
  @Attribute() @Expose({ groups: ['admin'] }) balance!: bigint;
  @Attribute() roles!: Set<string>;
  @Attribute() picture!: Uint8Array;
  @Attribute() since!: Date;
}

@Controller()
class AccountController {
  constructor(@InjectRepository(Account) readonly accounts: Repository<Account>) {}

  @Get('raw')
  raw() {
    return this.accounts.getOrFail({ id: 'a-1' });
  }

  @Get('account')
  @UseInterceptors(ClassSerializerInterceptor)
  async account() {
    return toResponse(await this.raw());
  }

  @Get('admin')
  @UseInterceptors(ClassSerializerInterceptor)
  @SerializeOptions({ groups: ['admin'] })
  async admin() {
    return toResponse(await this.raw());
  }

  @Get('all')
  @UseInterceptors(ClassSerializerInterceptor)
  async all() {
    return toResponse(await this.accounts.scan().all());
  }
}

let engine: EmbeddedEngine;
let application: INestApplication;
let address: string;
beforeAll(async () => {
  engine = await startEmbeddedEngine();
  const imports = [
    EvolveModule.forRoot({ client: engine.client, tables: 'create' }),
    EvolveModule.forFeature([Account]),
  ];
  const module = await Test.createTestingModule({ imports, controllers: [AccountController] })
    .setLogger(silent)
    .compile();
  application = module.createNestApplication();
  await application.listen(0, '127.0.0.1');
  address = `http://127.0.0.1:${(application.getHttpServer() as { address(): AddressInfo }).address().port}`;
  const { accounts } = application.get(AccountController);
  const account = { id: 'a-1', password: 'secret', name: 'Ada', balance: 2n ** 60n, since: new Date(0) };
  await accounts.insert(accounts.create({ ...account, roles: new Set(['owner']), picture: Uint8Array.of(1, 2, 3) }));
});
afterAll(async () => {
  await application.close();
  await engine.close();
});

const get = async (path: string) => (await fetch(`${address}/${path}`)).json();
const shown = {
  id: 'a-1',
  display_name: 'Ada',
  roles: ['owner'],
  picture: 'AQID',
  since: '1970-01-01T00:00:00.000Z',
};

describe('an entity as a response, through the ClassSerializerInterceptor', () => {
  test('has what is exposed, under the exposed names, in forms that lose nothing', async () => {
    expect(await get('account')).toEqual(shown);
  });

  test('has what a group exposes', async () => {
    expect(await get('admin')).toEqual({ ...shown, balance: '1152921504606846976' });
  });

  test('may stand in an array', async () => {
    expect(await get('all')).toEqual([shown]);
  });

  test('was stored under its own names, whatever it is called in responses', async () => {
    const { accounts } = application.get(AccountController);
    const stored = accounts.stored(await application.get(AccountController).raw());
    expect(Object.keys(stored?.item ?? {}).toSorted()).toEqual([
      'balance',
      'id',
      'name',
      'password',
      'picture',
      'roles',
      'schema_version',
      'since',
    ]);
  });
});
