/**
 * Only compiled: under `exactOptionalPropertyTypes`, every optional option can be `undefined`, which is as good as absent.
 * The options that name classes can't: a class that a circular import left undefined would go unnoticed.
 */
import {
  Attribute,
  type AttributeOptions,
  type BulkOptions,
  type CensusOptions,
  type ChangeOptions,
  type ChangesOptions,
  type CommandLineConfig,
  type ConditionalWriteOptions,
  CreatedAt,
  type CreateTablesOptions,
  type DeprecatedOptions,
  type EntitiesQueryOptions,
  type EntityOptions,
  type GeneratedOptions,
  type GetOptions,
  type IndexOptions,
  type KeyOptions,
  type MapperOptions,
  type PagingOptions,
  PartitionKey,
  type QueryOptions,
  type ReadOptions,
  type RemoveOptions,
  type RetireOptions,
  type SaveOptions,
  type ScanOptions,
  type SweepOptions,
  type SweepPlanOptions,
  TimeToLive,
  type UpdateClauses,
  UpdatedAt,
  type UpgradeOptions,
  type VerifyTablesOptions,
  type VersionedOptions,
  type WriteBackOptions,
  type WriteOptions,
} from 'dynamo-evolve';
import type { ChangeHandlerOptions } from 'dynamo-evolve/lambda';
import type {
  EvolveAsyncOptions,
  EvolveFeatureOptions,
  EvolveModuleOptions,
  EvolveOptions,
} from 'dynamo-evolve/nestjs';
import type { DescribeUpgradesOptions } from 'dynamo-evolve/testing';
import type { Holds, Same } from './assert-type.js';
import type { Message } from './entities.js';

/** The optional properties that can't be undefined. */
type Exact<Options> = {
  [P in keyof Options]-?: object extends Pick<Options, P>
    ? { [Q in P]: undefined } extends Pick<Options, P>
      ? never
      : P
    : never;
}[keyof Options];
type NoneExact<Options, Except = never> = Same<Exact<Options>, Except>;

export type Rules = [
  Holds<NoneExact<AttributeOptions, 'type' | 'items'>>,
  Holds<NoneExact<BulkOptions>>,
  Holds<NoneExact<CensusOptions>>,
  Holds<NoneExact<ChangeOptions>>,
  Holds<NoneExact<ChangesOptions>>,
  Holds<NoneExact<CommandLineConfig>>,
  Holds<NoneExact<ConditionalWriteOptions>>,
  Holds<NoneExact<CreateTablesOptions>>,
  Holds<NoneExact<DeprecatedOptions>>,
  Holds<NoneExact<EntitiesQueryOptions<readonly [typeof Message]>>>,
  Holds<NoneExact<EntityOptions>>,
  Holds<NoneExact<NonNullable<EntityOptions['discriminator']>>>,
  Holds<NoneExact<GeneratedOptions, 'type'>>,
  Holds<NoneExact<GetOptions>>,
  Holds<NoneExact<IndexOptions>>,
  Holds<NoneExact<KeyOptions>>,
  Holds<NoneExact<MapperOptions>>,
  Holds<NoneExact<PagingOptions>>,
  Holds<NoneExact<QueryOptions<Message>>>,
  Holds<NoneExact<ReadOptions<Message>>>,
  Holds<NoneExact<RemoveOptions>>,
  Holds<NoneExact<RetireOptions>>,
  Holds<NoneExact<SaveOptions>>,
  Holds<NoneExact<ScanOptions<Message>>>,
  Holds<NoneExact<SweepOptions>>,
  Holds<NoneExact<SweepPlanOptions>>,
  Holds<NoneExact<UpdateClauses<Message>>>,
  Holds<NoneExact<UpgradeOptions>>,
  Holds<NoneExact<VerifyTablesOptions>>,
  Holds<NoneExact<VersionedOptions, 'upgrades'>>,
  Holds<NoneExact<WriteBackOptions>>,
  Holds<NoneExact<WriteOptions<Message>>>,
  Holds<NoneExact<ChangeHandlerOptions>>,
  Holds<NoneExact<EvolveAsyncOptions>>,
  Holds<NoneExact<EvolveFeatureOptions>>,
  Holds<NoneExact<EvolveModuleOptions>>,
  Holds<NoneExact<EvolveOptions>>,
  Holds<NoneExact<DescribeUpgradesOptions>>,
  Holds<NoneExact<NonNullable<DescribeUpgradesOptions['variations']>>>,
];

declare const options: AttributeOptions | undefined;
declare const loading: typeof Message | undefined;

/** What decorators take, whose options have types of their own. */
export class Decorated {
  @PartitionKey({ type: undefined, template: undefined }) id!: string;
  @Attribute(options) optional!: string;
  @Attribute(undefined) absent!: string;
  @Attribute({ name: undefined, default: undefined, fromStorage: undefined }) text!: string;
  @CreatedAt(undefined) created_at!: Date;

  // @ts-expect-error a class may still be loading
  @Attribute({ type: undefined }) untyped!: string;
  // @ts-expect-error a class may still be loading
  @Attribute({ type: loading }) message!: Message;
  // @ts-expect-error a class may still be loading
  @Attribute({ items: undefined }) list!: string[];
  // @ts-expect-error a class may still be loading
  @CreatedAt({ type: undefined }) created!: Date;
  // @ts-expect-error a class may still be loading
  @UpdatedAt({ type: undefined }) updated!: Date;
  // @ts-expect-error a class may still be loading
  @TimeToLive({ type: undefined }) expires?: Date;
}
