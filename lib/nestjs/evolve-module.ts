import { type DynamicModule, type InjectionToken, Module, type Provider, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Mapper } from '../mapper.js';
import type { Class } from '../model/class.js';
import { EvolveHealthIndicator } from './health-indicator.js';
import { MapperLifecycle } from './mapper-lifecycle.js';
import * as options from './module-options.js';
import { assertClass, getMapperToken, getRepositoryToken, isRepositoryClass } from './tokens.js';

const asyncCall = 'EvolveModule.forRootAsync()';
const optionsToken = Symbol('dynamo-evolve:options');
const featureToken = Symbol('dynamo-evolve:feature');
type Feature = { readonly name: string | undefined; readonly classes: readonly Class[] };

/**
 * Makes mappers and repositories injectable in a Nest application. Import `forRoot` or `forRootAsync` once for each
 * mapper, and `forFeature` in every module that injects repositories.
 *
 * @example
 * @Module({ imports: [EvolveModule.forRoot({ client }), EvolveModule.forFeature([Session, Message])] })
 * class ChatModule {}
 */
@Module({})
export class EvolveModule {
  /**
   * Provides a mapper to all modules of the application. With the option `tables`, its tables are created or verified
   * before the application starts. Pending write-backs are finished when the application shuts down; for that to happen
   * on a signal, call Nest's `app.enableShutdownHooks()`.
   *
   * @example
   * @Module({ imports: [EvolveModule.forRoot({ client, entities: [Session], tables: 'verify' })] })
   * class AppModule {}
   */
  static forRoot(given: options.EvolveModuleOptions): DynamicModule {
    return rootModule('EvolveModule.forRoot()', given.name, [{ provide: optionsToken, useValue: given }]);
  }

  /**
   * Like `forRoot`, but with options from a function with injected dependencies (`useFactory`), from a class with a
   * method `createEvolveOptions` (`useClass`), or from an existing provider of such a class (`useExisting`). The `name`
   * isn't among those options, because it is needed before they are created. Throws `INVALID_ARGUMENT`.
   *
   * @example
   * @Module({ imports: [EvolveModule.forRootAsync({ useFactory: () => ({ client, entities: [Session] }) })] })
   * class AppModule {}
   */
  static forRootAsync({ imports = [], name, ...given }: options.EvolveAsyncOptions): DynamicModule {
    return { ...rootModule(asyncCall, name, optionsProviders(given)), imports };
  }

  /**
   * Makes repositories injectable in the modules that import this one: repositories of entity classes by
   * `@InjectRepository(Session)`, custom repositories by their classes (or, if the mapper has a name, by
   * `@InjectRepository(SessionRepository, name)`). The constructor of a custom repository receives the mapper. If the
   * class has a decorator such as `@Injectable()`, it can inject other providers, too, from global modules or from the
   * modules in `imports`. List the entity classes of custom repositories as well. Throws `UNDEFINED_CLASS`.
   *
   * @example
   * @Module({ imports: [EvolveModule.forFeature([Session, Message], 'archive')] })
   * class ArchiveModule {}
   */
  static forFeature(classes: readonly Class[], given: string | options.EvolveFeatureOptions = {}): DynamicModule {
    const { imports = [], name } = typeof given === 'string' ? { name: given } : given;
    for (const [at, target] of classes.entries()) assertClass(target, `EvolveModule.forFeature(): classes[${at}]`);
    const providers: Provider[] = classes.flatMap((target) => repositoryProviders(target, name));
    providers.push({ provide: featureToken, useValue: { name, classes } satisfies Feature });
    const tokens = classes.map((target) => getRepositoryToken(target, name));
    return { module: EvolveModule, imports, providers, exports: tokens };
  }
}

function rootModule(call: options.RootCall, name: string | undefined, optionsMakers: Provider[]): DynamicModule {
  const lifecycleToken = Symbol.for(`dynamo-evolve:lifecycle:${name ?? ''}`);
  const token = getMapperToken(name);
  const start = async (given: options.EvolveOptions, modules: ModulesContainer) => {
    const makers = [...modules.values()].filter(({ providers }) => providers.has(lifecycleToken));
    if (makers.some(({ providers }) => !providers.get(lifecycleToken)!.isDependencyTreeStatic())) {
      throw options.invalidOption(
        call,
        'inject',
        'must not name request-scoped providers: a mapper serves the whole application',
      );
    }
    if (makers.length > 1) {
      const found = name === undefined ? 'is missing' : `is ${name}`;
      throw options.invalidOption(call, 'name', `${found} in two modules; give each mapper its own name`);
    }
    return MapperLifecycle.start(options.startOptions(call, given, registeredEntities(modules, name)));
  };
  const providers: Provider[] = [
    ...optionsMakers,
    { provide: lifecycleToken, useFactory: start, inject: [optionsToken, ModulesContainer] },
    { provide: token, useFactory: ({ mapper }: MapperLifecycle) => mapper, inject: [lifecycleToken] },
    EvolveHealthIndicator,
  ];
  return { module: EvolveModule, global: true, providers, exports: [token, EvolveHealthIndicator] };
}

/**
 * The entity classes that modules of the application registered. Nest knows all modules before it creates a provider.
 */
function registeredEntities(modules: ModulesContainer, name: string | undefined): Class[] {
  const registered: unknown[] = [...modules.values()].map(({ providers }) => providers.get(featureToken)?.instance);
  const features = registered.filter((feature) => feature !== undefined) as Feature[];
  const classes = features.flatMap((feature) => (feature.name === name ? feature.classes : []));
  return classes.filter((target) => !isRepositoryClass(target));
}

function optionsProviders({ inject = [], ...ways }: options.EvolveAsyncOptions): Provider[] {
  const { useClass, useExisting, useFactory } = ways;
  if ([useClass, useExisting, useFactory].filter((way) => way !== undefined).length !== 1) {
    throw options.invalidOption(
      asyncCall,
      'the options',
      'must have exactly one of useFactory, useClass and useExisting',
    );
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
  // without a decorator there is no metadata about the constructor, which then receives just the mapper
  const tokens = [...(types ?? [Mapper])];
  for (const { index, param } of named ?? []) tokens[index] = param;
  const inject = tokens.map((injected) => (injected === Mapper ? getMapperToken(name) : injected));
  return [{ provide: token, useFactory: (...given: unknown[]) => new custom(...given) as object, inject }];
}
