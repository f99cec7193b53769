/**
 * The parts of the AWS SDK's client that lean requests touch. The SDK's own types differ from release to release, and
 * leave out what its middlewares tell each other.
 */
export interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query: object;
  readonly body: unknown;
  headers: Record<string, string>;
}

export interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  body: unknown;
}

/** What a middleware is given: a command, at first. */
export interface SdkArgs {
  readonly input: object;
  readonly request: SdkRequest;
}

export interface SdkResult {
  readonly response: SdkResponse;
  readonly output: object;
}

export type Handler = (args: SdkArgs) => Promise<SdkResult>;
export type Middleware = (next: Handler, context: SdkContext) => Handler;

/** Where a middleware stands on a stack. */
interface Place {
  readonly name?: string;
  readonly step?: string;
  readonly priority?: string;
  readonly relation?: string;
  readonly toMiddleware?: string;
}

export interface Entry extends Place {
  readonly middleware: Middleware;
}

type PutMiddleware = (middleware: Middleware, entry: Entry) => void;

interface StackVisitor {
  readonly add: PutMiddleware;
  readonly addRelativeTo: PutMiddleware;
}

export interface SdkStack {
  add(middleware: Middleware, place: Place): void;
  addRelativeTo(middleware: Middleware, place: Place): void;
  /** Names every middleware, those with a place of their own first. */
  applyToStack(visitor: StackVisitor): void;
  readonly concat: (added: SdkStack) => SdkStack;
  remove(middleware: Middleware): boolean;
  readonly resolve: (last: Handler, context: SdkContext) => Handler;
  identifyOnResolve?(): boolean;
}

export interface SdkEndpoint {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly properties?: { readonly authSchemes?: readonly object[] };
}

export interface Identity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly accountId?: string;
  readonly $source?: object;
}

export type SigningProperties = Record<string, unknown>;

/** Signs requests, and learns from answers how far the clock is off. */
export interface SdkSigner {
  sign(request: SdkRequest, identity: Identity, properties: SigningProperties): Promise<SdkRequest>;
  errorHandler?(properties: SigningProperties): (error: unknown) => never;
  successHandler?(response: unknown, properties: SigningProperties): void;
}

export interface AuthOption {
  readonly identityProperties?: object;
  readonly signingProperties: SigningProperties;
}

export interface SelectedAuth {
  readonly httpAuthOption: AuthOption;
  readonly identity: Identity;
  readonly signer: SdkSigner;
}

interface SmithyContext {
  readonly operation?: string;
  features?: Readonly<Record<string, string>>;
  selectedHttpAuthScheme?: SelectedAuth;
}

/** What the middlewares of one request tell each other. */
export interface SdkContext {
  readonly __smithy_context: SmithyContext;
  readonly __aws_sdk_context?: { readonly features?: object };
  readonly userAgent?: unknown;
  readonly logger?: object;
  endpointV2?: SdkEndpoint;
  authSchemes?: readonly object[] | undefined;
  signing_region?: unknown;
  signing_service?: unknown;
}

export type RequestClass = new (request: object) => SdkRequest;

interface AuthScheme {
  readonly identityProvider: unknown;
  readonly signer: SdkSigner;
}

export interface SdkConfig {
  readonly protocol: { getShapeId?(): string; getRequestType(): RequestClass };
  readonly logger?: object;
  readonly region: () => Promise<string>;
  readonly credentials: (properties?: object) => Promise<Identity>;
  readonly signer: (scheme?: object) => Promise<object>;
  readonly accountIdEndpointMode?: unknown;
  readonly endpointProvider?: unknown;
  readonly useDualstackEndpoint?: unknown;
  readonly useFipsEndpoint?: unknown;
  readonly isCustomEndpoint?: boolean;
  readonly endpoint?: () => Promise<object>;
  readonly httpAuthSchemes: readonly AuthScheme[];
  readonly httpAuthSchemeProvider: unknown;
  readonly customUserAgent?: unknown;
  readonly systemClockOffset: number;
}

type ResolveMiddleware = (stack: SdkStack, config: SdkConfig, options?: object) => Handler;

export interface SdkCommand {
  readonly middlewareStack: SdkStack;
  readonly resolveMiddleware: ResolveMiddleware;
}
