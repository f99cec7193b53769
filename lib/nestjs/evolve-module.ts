import { type DynamicModule, type InjectionToken, Module, type Provider, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Mapper } from '../mapper.js';
import type { Class } from '../model/class.js';
import { EvolveHealthIndicator } from './health-indicator.js';
import { MapperLifecycle } from './mapper-lifecycle.js';
import * as options from './module-options.js';
import { assertClass, getMapperToken, getRepositoryToken, isRepositoryClass } from './tokens.js';

const optionsToken = Symbol('dynamo-evolve:options');
const featureToken = Symbol('dynamo-evolve:feature');
type Feature = { readonly name: string | undefined; readonly classes: readonly Class[] };

/**
 * Makes mappers and repositories injectable in a Nest application. Import `forRoot` or `forRootAsync` once for each mapper, and
 * `forFeature` in every module that injects repositories.
 *
 * @example
 * @Module({ imports: [EvolveModule.forRoot({ client }), EvolveModule.forFeature([Session, Message])] })
 * class ChatModule {}
 */
@Module({})
export class EvolveModule {
  /**
   * Makes a mapper for all modules of the application, once its tables are seen to. When the application shuts down, write-backs are
   * drained; on a signal that happens only after Nest's `app.enableShutdownHooks()`.
   *
   * @example
   * @Module({ imports: [EvolveModule.forRoot({ client, entities: [Session], tables: 'verify' })] })
   * class AppModule {}
   */
  static forRoot(given: options.EvolveModuleOptions): DynamicModule {
    return rootModule(given.name, [{ provide: optionsToken, useValue: given }]);
  }

  /**
   * Like `forRoot`, with options made by a function of what is injected (`useFactory`), by a class with a method
   * `createEvolveOptions` (`useClass`), or by a provider that is there already (`useExisting`). The name stands beside it, since
   * tokens need it before options are made. Throws `INVALID_ARGUMENT`.
   *
   * @example
   * @Module({ imports: [EvolveModule.forRootAsync({ useFactory: () => ({ client, entities: [Session] }) })] })
   * class AppModule {}
   */
  static forRootAsync({ imports = [], name, ...given }: options.EvolveAsyncOptions): DynamicModule {
    return { ...rootModule(name, optionsProviders(given)), imports };
  }

  /**
   * Makes repositories injectable in the modules that import this: those of entity classes by `@InjectRepository(Session)`, custom ones
   * by their own classes (of a named mapper by `@InjectRepository(SessionRepository, name)`). Custom ones are handed the mapper and, if they have a
   * decorator such as `@Injectable()`, what else their constructors name: from global modules, or from the option `imports`; their
   * entities are to be registered, too. Throws `UNDEFINED_CLASS`.
   *
   * @example
   * @Module({ imports: [EvolveModule.forFeature([Session, Message], 'archive')] })
   * class ArchiveModule {}
   */
  static forFeature(classes: readonly Class[], given: string | options.EvolveFeatureOptions = {}): DynamicModule {
    const { imports = [], name } = typeof given === 'string' ? { name: given } : given;
    for (const [at, one] of classes.entries()) assertClass(one, `EvolveModule.forFeature(): classes[${at}]`);
    const providers: Provider[] = classes.flatMap((one) => repositoryProviders(one, name));
    providers.push({ provide: featureToken, useValue: { name, classes } satisfies Feature });
    return { module: EvolveModule, imports, providers, exports: classes.map((one) => getRepositoryToken(one, name)) };
  }
}

function rootModule(name: string | undefined, optionsMakers: Provider[]): DynamicModule {
  const lifecycleToken = Symbol.for(`dynamo-evolve:lifecycle:${name ?? ''}`);
  const token = getMapperToken(name);
  const start = async (given: options.EvolveOptions, modules: ModulesContainer) => {
    const makers = [...modules.values()].filter(({ providers }) => providers.has(lifecycleToken));
    if (makers.some(({ providers }) => !providers.get(lifecycleToken)!.isDependencyTreeStatic()))
      throw options.invalid('inject', 'names what belongs to a request: a mapper is one for the whole application');
    if (makers.length > 1) throw options.invalid('name', `${name ?? 'is missing:'} two modules make that mapper`);
    return MapperLifecycle.start(options.startOptions(given, registeredEntities(modules, name)));
  };
  const providers: Provider[] = [
    ...optionsMakers,
    { provide: lifecycleToken, useFactory: start, inject: [optionsToken, ModulesContainer] },
    { provide: token, useFactory: ({ mapper }: MapperLifecycle) => mapper, inject: [lifecycleToken] },
    EvolveHealthIndicator,
  ];
  return { module: EvolveModule, global: true, providers, exports: [token, EvolveHealthIndicator] };
}

/** The entity classes that modules of this application registered: all are known before the first provider is made, in whatever order. */
function registeredEntities(modules: ModulesContainer, name: string | undefined): Class[] {
  const registered: unknown[] = [...modules.values()].map(({ providers }) => providers.get(featureToken)?.instance);
  const features = registered.filter((one) => one !== undefined) as Feature[];
  const classes = features.flatMap((feature) => (feature.name === name ? feature.classes : []));
  return classes.filter((one) => !isRepositoryClass(one));
}

function optionsProviders({ inject = [], ...ways }: options.EvolveAsyncOptions): Provider[] {
  const { useClass, useExisting, useFactory } = ways;
  if ([useClass, useExisting, useFactory].filter((way) => way !== undefined).length !== 1) {
    throw options.invalid('forRootAsync()', 'takes exactly one of useFactory, useClass and useExisting');
  }
  if (useFactory) return [{ provide: optionsToken, useFactory, inject: [...inject] }];
  const provider = { provide: optionsToken, useFactory: createOptions, inject: [(useClass ?? useExisting)!] };
  return useClass ? [useClass, provider] : [provider];
}

const createOptions = (factory: options.EvolveOptionsFactory) => factory.createEvolveOptions();

function repositoryProviders(target: Class, name: string | undefined): Provider[] {
  const token = getRepositoryToken(target, name);
  if (!isRepositoryClass(target)) {
    const make = (mapper: Mapper) => mapper.repository(target);
    return [{ provide: token, useFactory: make, inject: [getMapperToken(name)] }];
  }
  const custom = target as Type;
  const types = Reflect.getMetadata('design:paramtypes', custom) as InjectionToken[] | undefined;
  const named = Reflect.getMetadata('self:paramtypes', custom) as
    { index: number; param: InjectionToken }[] | undefined;
  if (name === undefined && (types ?? named)) return [{ provide: token, useClass: custom }];
  // without a decorator the class says nothing of its constructor, which then takes the mapper
  const tokens = [...(types ?? [Mapper])];
  for (const { index, param } of named ?? []) tokens[index] = param;
  const inject = tokens.map((one) => (one === Mapper ? getMapperToken(name) : one));
  return [{ provide: token, useFactory: (...given: unknown[]) => new custom(...given) as object, inject }];
}
