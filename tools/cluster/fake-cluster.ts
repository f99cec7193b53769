import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { PaxosModel, type PaxosOptions, UncertainWrite } from './paxos-model.js';

/** What is wrong with a node. */
export type NodeFault =
  | 'none'
  /** It refuses connections. */
  | 'dead'
  /** It takes requests and never answers. */
  | 'hanging'
  /** It does what it is asked, and answers so many milliseconds later. */
  | { readonly late: number };

/** A request as a node got it. */
export interface NodeRequest {
  readonly operation: string;
  readonly headers: readonly string[];
  readonly isCompressed: boolean;
  readonly body: { readonly TableName?: string } & Readonly<Record<string, unknown>>;
}

export interface FakeNode {
  readonly host: string;
  readonly requests: NodeRequest[];
  fault: NodeFault;
}

/** Several nodes in front of one engine, at addresses of their own and one port, as those of a ScyllaDB cluster. */
export interface FakeCluster {
  readonly port: number;
  readonly nodes: readonly FakeNode[];
  readonly paxos: PaxosModel;
  close(): Promise<void>;
}

type Key = Readonly<Record<string, unknown>>;

const conditionalOperations = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/**
 * Starts nodes that pass requests on to an engine. Writes go through a model of Paxos, with the node as coordinator. Each
 * node answers `GET /localnodes` with the hosts of those that aren't dead.
 */
export async function startFakeCluster(
  endpoint: string,
  { count = 3, paxos: options = {} }: { readonly count?: number; readonly paxos?: PaxosOptions } = {},
): Promise<FakeCluster> {
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const paxos = new PaxosModel(options);
  const partitionKeys = new Map<string, string>();
  const nodes = Array.from({ length: count }, (_, at): FakeNode => ({
    host: `127.0.0.${at + 1}`,
    requests: [],
    fault: 'none',
  }));
  const partitionOf = ({ Item: item, Key: key = item, TableName: table = '' }: NodeRequest['body']) =>
    `${table} ${JSON.stringify((key as Key | undefined)?.[partitionKeys.get(table) ?? ''])}`;

  const answer = async (node: FakeNode, incoming: IncomingMessage, response: ServerResponse) => {
    const raw = await bodyOf(incoming);
    if (node.fault === 'dead') return incoming.destroy();
    if (incoming.url?.startsWith('/localnodes')) {
      return send(incoming, response, 200, JSON.stringify(nodes.filter(isAlive).map(({ host }) => host)));
    }
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const isCompressed = incoming.headers['content-encoding'] === 'gzip';
    const text = (isCompressed ? gunzipSync(raw) : raw).toString('utf8');
    const body = JSON.parse(text || '{}') as NodeRequest['body'];
    node.requests.push({ operation, body, isCompressed, headers: Object.keys(incoming.headers) });
    if (node.fault === 'hanging') return undefined;
    if (operation === 'CreateTable') partitionKeys.set(body.TableName ?? '', hashKeyOf(body));
    const pass = () => forward(agent, endpoint, operation, text);
    const coordinated = conditionalOperations.has(operation)
      ? paxos.write(node.host, partitionOf(body), pass).catch((error: unknown) => uncertain(error))
      : pass();
    const { status, text: answered } = await coordinated;
    if (typeof node.fault === 'object') await sleep(node.fault.late);
    return send(incoming, response, status, answered);
  };
  const { port, servers } = await listenOn(nodes, answer);
  return {
    port,
    nodes,
    paxos,
    close: async () => {
      await Promise.all(
        servers.map((server) => {
          const closed = new Promise((resolve) => server.close(resolve));
          server.closeAllConnections();
          return closed;
        }),
      );
      agent.destroy();
    },
  };
}

const isAlive = ({ fault }: FakeNode) => fault !== 'dead';

/** Starts a server for each node, all at one port. */
async function listenOn(
  nodes: readonly FakeNode[],
  answer: (node: FakeNode, incoming: IncomingMessage, response: ServerResponse) => Promise<unknown>,
): Promise<{ readonly port: number; readonly servers: readonly Server[] }> {
  const servers: Server[] = [];
  let port = 0;
  for (const node of nodes) {
    const server = createServer(
      (incoming, response) => void answer(node, incoming, response).catch(() => response.destroy()),
    );
    server.on('connection', (socket) => node.fault === 'dead' && socket.destroy());
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, node.host, resolve);
    });
    ({ port } = server.address() as AddressInfo);
    servers.push(server);
  }
  return { port, servers };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(incoming: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  const isWanted = String(incoming.headers['accept-encoding']).includes('gzip');
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    ...(isWanted && { 'content-encoding': 'gzip' }),
  });
  response.end(isWanted ? gzipSync(text) : text);
}

function uncertain(error: unknown): { readonly status: number; readonly text: string } {
  if (!(error instanceof UncertainWrite)) throw error;
  return { status: 500, text: JSON.stringify({ __type: 'InternalServerError', message: error.message }) };
}

function hashKeyOf({ KeySchema: schema }: NodeRequest['body']): string {
  const keys = schema as { readonly AttributeName: string; readonly KeyType: string }[];
  return keys.find(({ KeyType: type }) => type === 'HASH')?.AttributeName ?? '';
}

/** Passes a request on, and resolves to the engine's answer. */
async function forward(agent: Agent, endpoint: string, operation: string, text: string) {
  const scope = '20240101/local/dynamodb/aws4_request';
  const headers = {
    authorization: `AWS4-HMAC-SHA256 Credential=none/${scope}, SignedHeaders=host, Signature=0`,
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-date': '20240101T000000Z',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
  };
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    request(endpoint, { agent, method: 'POST', headers }, resolve).on('error', reject).end(text);
  });
  return { status: incoming.statusCode ?? 500, text: (await bodyOf(incoming)).toString('utf8') };
}
