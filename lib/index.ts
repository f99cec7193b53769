export { Mapper } from './mapper.js';
export type { CreateTablesOptions, VerifyTablesOptions } from './tables-options.js';
export type { CommandLineConfig, ConditionalWriteOptions, MapperOptions, WriteBackOptions } from './mapper-options.js';
export { Repository, type StoredItem } from './repository.js';
export {
  type Change,
  type ChangeOf,
  type Insertion,
  isChangeOf,
  type Modification,
  type Removal,
} from './changes/change.js';
export type { ChangeRecord } from './changes/change-record.js';
export type { ChangeStream } from './changes/change-stream.js';
export type { ChangesOptions, StreamFailurePolicy } from './changes/changes-options.js';
export type { StreamsClient } from './store/streams.js';
export type { ChangeOptions } from './changes/single-change.js';
export type { UnknownPolicy } from './changes/read-change.js';
export type { GetOptions } from './read/get-options.js';
export type { InvalidPolicy } from './read/invalid-policy.js';
export { type RepositoryHost, type UpgradeFailurePolicy, type WriteBackMode } from './read/entity-context.js';
export { type Page, QueryResult } from './query/query-result.js';
export type { KeyInput, PartitionOf, RangeOf } from './query/key-arguments.js';
export type {
  PagingOptions,
  QueryOptions,
  ReadOptions,
  ScanOptions,
  SegmentRange,
  Selected,
} from './query/query-options.js';
export type { BulkOptions, BulkResult } from './write/bulk-write.js';
export type { WriteOptions } from './write/caller-condition.js';
export type {
  Census,
  CensusOptions,
  CensusProgress,
  Unreadable,
  UnreadableItem,
  VersionCount,
} from './operations/census.js';
export type { SweepPlan, SweepPlanOptions } from './operations/plan-sweep.js';
export type { RetireOptions, RetireReason, RetireVerdict } from './operations/retire.js';
export type { Estimate } from './operations/estimate.js';
export { Sweep, type SweepProgress } from './operations/sweep.js';
export type { SweepOptions } from './operations/sweep-options.js';
export type { FailedItem, FailedItems, SweepCounts } from './operations/sweep-counts.js';
export type { CurrentRate, SweepRate } from './operations/pace.js';
export type { SaveOptions } from './write/save.js';
export type { UpdateClauses, UpdateClausesOf } from './write/update-clauses.js';
export type { EntitiesQueryOptions, EntityOf } from './query/plan-query.js';
export type { WriteVersions } from './model/write-version.js';
export { downgradeItem, upgradeItem } from './read/upgrade-item.js';
export {
  Attribute,
  type AttributeOptions,
  CreatedAt,
  Deprecated,
  Downgrade,
  Entity,
  type GeneratedOptions,
  Index,
  type KeyOptions,
  PartitionKey,
  Revision,
  SortKey,
  TimeToLive,
  UpdatedAt,
  Upgrade,
  Versioned,
} from './model/decorators.js';
export { Legacy } from './model/legacy.js';
export type {
  EvolveClassDecorator,
  EvolveIndexDecorator,
  EvolveMemberDecorator,
  Misuse,
} from './model/decorator-types.js';
export { type Conversion, convert } from './upgrade/steps/convert.js';
export { type Members, nest, unnest } from './upgrade/steps/nest.js';
export { remove, type RemoveOptions } from './upgrade/steps/remove.js';
export { rename } from './upgrade/steps/rename.js';
export { setDefault } from './upgrade/steps/set-default.js';
export type { Step, StepKind, StepNotice } from './upgrade/steps/step.js';
export { type StepList, steps } from './upgrade/steps/steps.js';
export { each, within } from './upgrade/steps/within.js';
export type { AttributeType, AttributeTypeOption } from './model/attribute-type.js';
export type { Class, ClassReference } from './model/class.js';
export type { SchemaIssue, StandardSchema } from './model/standard-schema.js';
export type {
  DeprecatedOptions,
  EntityOptions,
  IndexOptions,
  UpgradeOptions,
  VersionedOptions,
} from './model/registry.js';
export { type IndexNameOf, indexes } from './model/index-type.js';
export { init, type InitOf, key, type KeyOf, type KeyParts, type PropertyOf } from './model/key-type.js';
export type { Condition, ConditionOf } from './filter/condition.js';
export { type AttributeReference, ref } from './filter/reference.js';
export type { Item } from './item/item.js';
export { type OpaqueValue } from './codec/opaque-value.js';
export type { ForeignWireItem, WireItem, WireValue } from './codec/wire.js';
export { type ResponseOf, toResponse } from './hydration/response.js';
export type { TypeMismatchPolicy } from './hydration/hydrator.js';
export type { KeyRange } from './store/table-schema.js';
export type { EngineClient } from './store/client-transport.js';
export type { Billing, CreatedTable } from './store/create-table.js';
export type { InitialTablets } from './store/tablets.js';
export type { WriteIsolation } from './store/write-isolation.js';
export type { StreamView } from './store/table-stream.js';
export type { TableDifference } from './store/verify-table.js';
export type { ErrorKey } from './error-messages.js';
export { type ErrorCode, errorCodes, type ErrorDetails, isMapperError, MapperError } from './errors.js';
export {
  channels,
  type RequestEvent,
  type InvalidEvent,
  type SweepEvent,
  type SweepIdentity,
  type SweepProgressEvent,
  type SweepRateEvent,
  type SweepTakeOverEvent,
  type UpgradeEvent,
  type WriteBackEvent,
  type WriteBackOutcome,
} from './telemetry.js';
