import type { WireItem, WireValue } from 'dynamo-evolve';

const users = ['user-102', 'user-118', 'user-204', 'user-377', 'user-456', 'user-612'];
const titles = [
  'Build fails on CI only',
  'Postgres upgrade, step by step',
  'Why is my query slow?',
  'Deadlock in the job queue',
  'Migrate the blog to Astro',
  'Memory leak in a Node worker',
  'Regex for ISO dates',
  'Explain this stack trace',
  'Flaky end-to-end test',
  'Translate the release notes',
];
const tags = ['build', 'ci', 'database', 'node', 'urgent', 'docs'];
const firstDay = Date.UTC(2026, 8, 1, 8);
const hour = 3_600_000;

/** Sessions as releases of different ages have stored them, the broken ones among them. */
export function demoSessions(): WireItem[] {
  const sessions = Array.from({ length: 140 }, (_, at) => session(at, at < 22 ? 1 : at < 58 ? 2 : at < 85 ? 3 : 4));
  return [...sessions, ...brokenSessions()];
}

function session(at: number, version: number): WireItem {
  const created = new Date(firstDay + at * 13 * hour);
  const chosen = tags.filter((_, tag) => (at + tag * 3) % 5 === 0);
  return {
    session_id: { S: `s-${String(1_000 + at * 7)}` },
    schema_version: { N: String(version) },
    // one user has been there from the start
    user_id: { S: version < 3 && at % 2 === 0 ? 'user-456' : (users[at % users.length] as string) },
    title: { S: `${titles[at % titles.length]}` },
    [version === 1 ? 'state' : 'session_state']: { S: at % 4 === 0 ? 'open' : 'closed' },
    ...(version > 1 && { blueprint: { S: at % 3 === 0 ? 'reviewer' : 'devassist' } }),
    ...(chosen.length > 0 && { tags: tagsOf(chosen, version) }),
    ...(at % 3 === 0 && budgetOf(5 + (at % 40), version)),
    ...(at % 9 === 0 && { experiment: { M: { arm: { S: 'b' }, seed: { N: '7182818284590452353602874713527' } } } }),
    created_at: { S: created.toISOString() },
    updated_at: { S: new Date(created.getTime() + (at % 7) * hour).toISOString() },
    revision: { S: `r-${at}` },
  };
}

function tagsOf(chosen: readonly string[], version: number): WireValue {
  return version < 3 ? { L: chosen.map((S) => ({ S })) } : { SS: chosen };
}

function budgetOf(euros: number, version: number): WireItem {
  return version < 4 ? { budget: { S: `${euros}.50 EUR` } } : { budget_cents: { N: String(euros * 100 + 50) } };
}

/** Three whose budget no step understands, one that newer code wrote, one whose version is text, one of a wrong type. */
function brokenSessions(): WireItem[] {
  return [
    broken('s-budget-lots', 2, { budget: { S: 'lots' } }),
    broken('s-budget-usd', 1, { budget: { S: '20.00 USD' } }),
    broken('s-budget-comma', 3, { budget: { S: '12,50 EUR' } }),
    broken('s-from-tomorrow', 4, { schema_version: { N: '5' } }),
    broken('s-version-text', 3, { schema_version: { S: 'three' } }),
    broken('s-title-number', 4, { title: { N: '42' } }),
  ];
}

function broken(id: string, version: number, more: WireItem): WireItem {
  return { ...session(40 + version, version), session_id: { S: id }, ...more };
}

/** Messages of some of the sessions. */
export function demoMessages(): WireItem[] {
  return Array.from({ length: 260 }, (_, at) => {
    const sent = new Date(firstDay + at * 5 * hour);
    const isOld = at < 150;
    const isUser = at % 2 === 0;
    const content = isUser
      ? 'It works on my machine. What is different on CI?'
      : 'Most likely the time zone: CI has UTC.';
    return {
      // the first sessions are the longest
      session_id: { S: `s-${String(1_000 + Math.floor(Math.sqrt(at) * 1.7) * 7)}` },
      message_id: { S: `${sent.toISOString()}#${String(at).padStart(4, '0')}` },
      schema_version: { N: isOld ? '1' : '2' },
      ...(isOld
        ? { text: { S: content }, author: { S: isUser ? 'human' : 'bot' } }
        : { content: { S: content }, role: { S: isUser ? 'user' : 'assistant' } }),
      tokens: { N: String(12 + (at % 30)) },
      created_at: { S: sent.toISOString() },
    };
  });
}
