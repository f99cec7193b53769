import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { recordOf } from '../../tools/upstream-alternator/outcomes.js';
import { runSuite } from '../../tools/upstream-alternator/run-suite.js';
import { testUnless } from '../support/test-unless.js';

jest.setTimeout(60_000);

const pytest = spawnSync('python3', ['-m', 'pytest', '--version']);
const whyNot = pytest.status === 0 ? undefined : 'there is no Python with pytest';

/** What the suite imports of its own test runner, and of the CQL driver. */
const conftest = `
import pytest
from test.conftest import dynamic_scope
from test.cqlpy.conftest import host
from test.pylib.driver_utils import safe_driver_shutdown
from test.pylib.runner import testpy_test_fixture_scope
from test.pylib.skip_types import skip_bug, skip_env
from test.pylib.suite.python import add_host_option

def pytest_addoption(parser):
    parser.addoption("--url", action="store", default=None)
    add_host_option(parser)

@pytest.fixture(scope=dynamic_scope())
def url(request):
    return request.config.getoption("url")

@pytest.fixture(scope=testpy_test_fixture_scope)
def role():
    from cassandra.auth import PlainTextAuthProvider
    from cassandra.cluster import Cluster, NoHostAvailable
    try:
        with Cluster(["localhost"], auth_provider=PlainTextAuthProvider(username="a", password="b")) as cluster, cluster.connect() as session:
            return session.execute("SELECT")
    except NoHostAvailable:
        return "none"
`;
const tests = `
import pytest
from urllib.request import urlopen
from test.pylib.skip_types import skip_env

def test_healthy(url, host, role):
    assert urlopen(url).read() == b"healthy: " + host.encode()
    assert role == "none"

def test_other(url):
    assert urlopen(url).read() == b"something else"

@pytest.mark.xfail(reason="an issue")
def test_issue(url):
    assert False

@pytest.mark.xfail(reason="an issue that is solved")
def test_solved(url):
    assert True

@pytest.mark.skip_env(reason="no such thing here")
def test_marked():
    assert False

def test_skipped():
    skip_env("no such thing here")
`;
const util = `
from contextlib import contextmanager

@contextmanager
def client_no_transform(client):
    yield client
`;

let suite: string;
let server: Server;
let url: string;
beforeAll(async () => {
  suite = mkdtempSync(join(tmpdir(), 'suite-'));
  mkdirSync(join(suite, 'test/alternator'), { recursive: true });
  for (const [file, text] of [
    ['__init__.py', ''],
    ['alternator/__init__.py', ''],
    ['alternator/conftest.py', conftest],
    ['alternator/util.py', util],
    ['alternator/test_item.py', tests],
  ] as const) {
    writeFileSync(join(suite, 'test', file), text);
  }
  server = createServer((_, response) => response.end('healthy: 127.0.0.1'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  rmSync(suite, { recursive: true });
  await new Promise((resolve) => server.close(resolve));
});

describe("ScyllaDB's own tests", () => {
  testUnless(
    whyNot,
    'are run without their own test runner and without CQL, and those that lack are left out',
    async () => {
      const outcomes = await runSuite({ suite, files: ['test_item', 'test_later'], url, hasCql: false });
      expect(recordOf(outcomes).trimEnd().split('\n')).toEqual([
        'test_item::test_healthy passed',
        'test_item::test_issue known',
        'test_item::test_marked skipped',
        'test_item::test_other failed',
        'test_item::test_skipped skipped',
        'test_item::test_solved failed',
      ]);
    },
  );

  testUnless(whyNot, 'that cannot be collected are no success', async () => {
    writeFileSync(join(suite, 'test/alternator/test_broken.py'), 'import nothing_of_that_name\n');
    await expect(runSuite({ suite, files: ['test_broken'], url, hasCql: false })).rejects.toThrow(/status/);
  });

  test('that were not fetched are no success', async () => {
    await expect(runSuite({ suite: join(suite, 'none'), files: ['test_item'], url, hasCql: false })).rejects.toThrow(
      /fetch\.sh/,
    );
  });
});

describe('the reports of all runs', () => {
  const gather = (folder: string) => {
    const { status, stdout } = spawnSync('bash', ['tools/upstream-alternator/gather.sh', folder], { encoding: 'utf8' });
    expect(status).toBe(0);
    return stdout;
  };

  test('become one table, with what each has to say below', () => {
    const folder = mkdtempSync(join(tmpdir(), 'reports-'));
    const head = '| engine | failed |\n| --- | --- |';
    writeFileSync(join(folder, 'a.md'), `${head}\n| a | 1 |\n\nFailed:\n\n- test_item::test_other\n`);
    writeFileSync(join(folder, 'b.md'), `${head}\n| b | 0 |\n`);
    writeFileSync(join(folder, 'c.md'), 'The tests could not be run on c: Error: why\n');
    const lines = gather(folder).split('\n');
    expect(lines.slice(0, 5)).toEqual([...head.split('\n'), '| a | 1 |', '| b | 0 |', '']);
    expect(lines).toEqual(expect.arrayContaining(['### a', '- test_item::test_other', '### c']));
    expect(lines.join('\n')).toContain('could not be run on c');
    expect(lines).not.toContain('### b');
    rmSync(folder, { recursive: true });
  });

  test('say so where there are none, or none has a table', () => {
    const folder = mkdtempSync(join(tmpdir(), 'reports-'));
    expect(gather(folder)).toContain('No run got as far');
    writeFileSync(join(folder, 'c.md'), 'The tests could not be run on c: Error: why\n');
    expect(gather(folder)).toContain('could not be run on c');
    rmSync(folder, { recursive: true });
  });

  test('are what the nightly workflow names', () => {
    const workflow = readFileSync('.github/workflows/nightly.yml', 'utf8');
    expect(workflow.match(/--report "?build\/results\/.+\.md/g)).toHaveLength(2);
  });
});
