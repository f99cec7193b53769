// An application that is not allowed to make code from strings; it prints what it read and what it sent.
import { createServer } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Attribute, Entity, Mapper, PartitionKey, Upgrade, Versioned } from 'dynamo-evolve';

class Note {
  static rename(item) {
    item.body = item.text;
    delete item.text;
  }
}
PartitionKey({ type: 'string' })(Note.prototype, 'id');
Attribute({ type: 'string' })(Note.prototype, 'body');
Attribute({ type: 'date' })(Note.prototype, 'at');
Upgrade(1, 2)(Note, 'rename', Object.getOwnPropertyDescriptor(Note, 'rename'));
Versioned(2)(Note);
Entity({ table: 'notes' })(Note);

const item = { id: { S: 'n-1' }, text: { S: 'hello' }, at: { S: '2024-03-01T09:15:00.000Z' } };
const answers = { GetItem: { Item: item }, Query: { Items: [item] } };
const sent = [];
const server = createServer((request, response) => {
  const operation = request.headers['x-amz-target'].split('.')[1];
  sent.push(operation);
  request.resume().on('end', () => {
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify(answers[operation] ?? {}));
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const client = new DynamoDBClient({
  endpoint: `http://127.0.0.1:${server.address().port}`,
  region: 'local',
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
});

const notes = new Mapper({ client, entities: [Note] }).repository(Note);
const note = await notes.getOrFail({ id: 'n-1' });
const read = Object.assign({}, note);
note.body = 'changed';
await notes.save(note);
await notes.put(notes.create({ id: 'n-2', body: 'new', at: new Date(0) }));
const queried = (await notes.query({ partition: 'n-1' }).all()).map(({ body }) => body);
client.destroy();
server.close();

let generating = 'allowed';
try {
  // oxlint-disable-next-line typescript/no-implied-eval -- whether it is refused is the question
  new Function('return 1')();
} catch (error) {
  generating = error.name;
}
console.log(JSON.stringify({ generating, read, queried, sent }));
