import { tableOf } from '../transport.js';
import { LeanSigner } from './lean-signer.js';
import type {
  AuthOption,
  Identity,
  Middleware,
  RequestClass,
  SdkConfig,
  SdkContext,
  SelectedAuth,
  SigningProperties,
} from './sdk-parts.js';
import { hasStockAuth } from './stock-client.js';

/** Where requests about one table go and how they are signed, as the SDK's own middlewares found out. */
interface Target {
  readonly origin: Origin;
  readonly signer: LeanSigner;
  /** How requests are signed, with what is known before the endpoint is. */
  readonly option: AuthOption;
  /** What is known since. */
  readonly signingProperties: SigningProperties;
  readonly context: EndpointContext;
  /** What the endpoint adds to the features that the SDK counts. */
  readonly features: Features | undefined;
}

/** All that an endpoint depends on, but for the table. */
type Origin = readonly unknown[];
type EndpointContext = Pick<SdkContext, 'endpointV2' | 'authSchemes' | 'signing_region' | 'signing_service'>;
type Features = Readonly<Record<string, string>>;

/** Remembers the endpoint and the way to sign for each table of a client. Who signs is asked at every request. */
export class Targets {
  readonly #config: SdkConfig;
  readonly #Request: RequestClass;
  readonly #targets = new Map<string, Target>();

  constructor(config: SdkConfig, Request: RequestClass) {
    this.#config = config;
    this.#Request = Request;
  }

  /** Stands in for the SDK's `httpAuthSchemeMiddleware`. */
  authentication(stock: Middleware): Middleware {
    return (next, context) => async (args) => {
      const table = tableOf(args.input);
      const target = this.#targets.get(table);
      if (!target) return stock(next, context)(args);
      const { option, origin, signer } = target;
      const identity = await this.#config.credentials(option.identityProperties);
      if (!isSameOrigin(origin, await this.#originFor(identity))) {
        this.#targets.delete(table);
        return stock(next, context)(args);
      }
      const signingProperties = { ...option.signingProperties, config: this.#config, context };
      const httpAuthOption = { ...option, signingProperties };
      const { __smithy_context: smithy } = context;
      smithy.selectedHttpAuthScheme = { httpAuthOption, identity, signer };
      return next(args);
    };
  }

  /** Stands in for the SDK's `endpointV2Middleware`. */
  endpoint(stock: Middleware): Middleware {
    return (next, context) => async (args) => {
      const table = tableOf(args.input);
      const { __smithy_context: smithy } = context;
      const { selectedHttpAuthScheme: auth } = smithy;
      const target = this.#targets.get(table);
      if (target && auth?.signer === target.signer) {
        Object.assign(context, target.context);
        Object.assign(auth.httpAuthOption.signingProperties, target.signingProperties);
        if (target.features) smithy.features = { ...smithy.features, ...target.features };
        return next(args);
      }
      const before = { ...auth?.httpAuthOption.signingProperties };
      const featuresBefore = { ...smithy.features };
      const remember: typeof next = async (after) => {
        if (auth && hasStockAuth(this.#config)) await this.#remember(table, context, auth, before, featuresBefore);
        return next(after);
      };
      return stock(remember, context)(args);
    };
  }

  async #remember(
    table: string,
    context: SdkContext,
    { httpAuthOption: option, identity, signer }: SelectedAuth,
    before: SigningProperties,
    featuresBefore: Features,
  ): Promise<void> {
    // a middleware of the application has chosen another way to sign
    if (signer !== this.#config.httpAuthSchemes[0]?.signer) return;
    const { authSchemes, endpointV2, signing_region, signing_service } = context;
    const { __smithy_context: smithy } = context;
    const added = Object.entries(smithy.features ?? {}).filter(([name]) => !(name in featuresBefore));
    this.#targets.set(table, {
      origin: await this.#originFor(identity),
      signer: new LeanSigner(signer, this.#config, this.#Request),
      option: { ...option, signingProperties: withoutRequest(before) },
      signingProperties: withoutRequest(option.signingProperties),
      context: {
        ...(endpointV2 && { endpointV2, authSchemes }),
        ...(authSchemes?.[0] && { signing_region, signing_service }),
      },
      features: added.length > 0 ? Object.fromEntries(added) : undefined,
    });
  }

  async #originFor({ accountId }: Identity): Promise<Origin> {
    const config = this.#config;
    return [
      await config.region(),
      config.isCustomEndpoint && config.endpoint ? JSON.stringify(await config.endpoint()) : undefined,
      accountId,
      config.accountIdEndpointMode,
      config.endpointProvider,
      config.useDualstackEndpoint,
      config.useFipsEndpoint,
      config.httpAuthSchemeProvider,
      config.httpAuthSchemes[0],
      config.signer,
    ];
  }
}

function isSameOrigin(before: Origin, now: Origin): boolean {
  return before.every((part, at) => part === now[at]);
}

/** What signing properties say of every request. */
function withoutRequest({ config: _config, context: _context, ...rest }: SigningProperties): SigningProperties {
  return rest;
}
