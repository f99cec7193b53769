import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { PaxosModel, UncertainWrite } from '../../tools/cluster/paxos-model.js';

/** Writes that note when they run, and how often. */
function startWrites(model: PaxosModel) {
  const runs = new Map<string, number>();
  let [running, mostAtOnce] = [0, 0];
  const apply = (name: string) => async () => {
    runs.set(name, (runs.get(name) ?? 0) + 1);
    mostAtOnce = Math.max(mostAtOnce, ++running);
    await sleep(1);
    running--;
    return name;
  };
  const write = (coordinator: string, name: string, partition = 'p') =>
    model.write(coordinator, partition, apply(name));
  return { runs, write, mostAtOnce: () => mostAtOnce };
}

const options = { messageDelay: () => Math.random() * 3, pause: () => Math.random() * 20 };

describe('the model of Paxos', () => {
  test('lets the writes of a coordinator go one after another, without a false start', async () => {
    const model = new PaxosModel(options);
    const { mostAtOnce, runs, write } = startWrites(model);
    const names = Array.from({ length: 20 }, (_, at) => `w${at}`);
    expect(await Promise.all(names.map((name) => write('a', name)))).toEqual(names);
    expect([...runs]).toEqual(names.map((name) => [name, 1]));
    expect(mostAtOnce()).toBe(1);
    expect(model.counts).toEqual({ writes: 20, falseStarts: 0, uncertain: 0, timeouts: 0, doneLater: 0 });
  });

  test('does no write twice, and none while another of its partition runs, whoever coordinates', async () => {
    const model = new PaxosModel(options);
    const { mostAtOnce, runs, write } = startWrites(model);
    const settled = await Promise.allSettled(Array.from({ length: 60 }, (_, at) => write(`node ${at % 3}`, `w${at}`)));
    const { doneLater, falseStarts, uncertain, writes } = model.counts;
    expect(writes).toBe(60);
    expect(falseStarts).toBeGreaterThan(0);
    const lost = settled.filter((one) => one.status === 'rejected');
    expect(lost.every(({ reason }) => reason instanceof UncertainWrite)).toBe(true);
    expect(lost).toHaveLength(uncertain);
    // what was answered was done once; of the others, some
    expect([...runs.values()].every((count) => count === 1)).toBe(true);
    expect(runs.size).toBe(60 - uncertain + doneLater);
    expect(mostAtOnce()).toBe(1);
  });

  test('keeps partitions apart', async () => {
    const model = new PaxosModel({ ...options, messageDelay: () => 1 });
    const { mostAtOnce, write } = startWrites(model);
    await Promise.all(['p', 'q', 'r'].map((partition) => write('a', partition, partition)));
    expect(mostAtOnce()).toBeGreaterThan(1);
    expect(model.counts.falseStarts).toBe(0);
  });

  test('tells nobody how a write ended that one replica alone accepted, though another round has done it', async () => {
    // the accepts of the first round reach one replica before, and two after the promises of the second
    const delays = [
      // to the replicas and back: the promises of a
      1, 1, 1, 1, 1, 1,
      // its proposal: to the first replica at once, to the others late
      1, 300, 300,
    ];
    const model = new PaxosModel({ pause: () => 1, messageDelay: () => delays.shift() ?? 1 });
    const { runs, write } = startWrites(model);
    const first = write('a', 'first').catch((error: unknown) => error);
    await sleep(15);
    await write('b', 'second');
    expect(await first).toBeInstanceOf(UncertainWrite);
    expect([...runs]).toEqual([
      ['first', 1],
      ['second', 1],
    ]);
    expect(model.counts).toMatchObject({ uncertain: 1, doneLater: 0 });
  });

  test('gives up when the time of a write has run out', async () => {
    const model = new PaxosModel({ ...options, timeout: 0 });
    const { runs, write } = startWrites(model);
    await sleep(2);
    await expect(write('a', 'late')).rejects.toBeInstanceOf(UncertainWrite);
    expect([runs.size, model.counts.timeouts]).toEqual([0, 1]);
  });
});
