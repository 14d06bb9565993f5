import { describe, expect, it } from '@jest/globals';
import type { Event, Message } from '../../openapi/generated/chat.js';
import { uuid } from '../support/events.js';
import { check } from './checker/check.js';
import type { Promised } from './checker/violation.js';
import type { Answer, Entry, Observation, Run, Shown } from './record.js';

const message = (seq: number): Message => ({
  id: uuid(seq),
  seq,
  room: 'lobby',
  userId: 'u_ann',
  nickname: 'Ann',
  text: `message ${seq}`,
  sentAt: '2026-01-31T12:00:00.000Z',
});
const event = (seq: number): Event => ({
  seq,
  type: 'message.created',
  at: message(seq).sentAt,
  message: message(seq),
});
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);
const at = (epoch: string, seq: number) => ({ epoch, seq, cursor: `${epoch}:${seq}` });

const recovered = (from: number, to: number, epoch = 'first'): Answer => {
  return { ...at(epoch, to), recovered: true, events: range(from, to).map(event) };
};
const snapshot = (from: number, to: number, missed?: number, epoch = 'first'): Answer => {
  const gap = missed === undefined ? {} : { missed };
  return { ...at(epoch, to), recovered: false, messages: range(from, to).map(message), ...gap };
};
const asked = (link: number, since?: string): Observation => ({
  kind: 'asked',
  link,
  over: 'x',
  ...(since && { since }),
});
const answered = (link: number, answer: Answer): Observation => ({ kind: 'answered', link, answer });
const told = (link: number, from: number, to = from, epoch = 'first'): Observation => {
  return { kind: 'told', link, told: { epoch, events: range(from, to).map(event) } };
};
const sent = (attempt: number, seq: number, text = `message ${seq}`): Observation => {
  return { kind: 'sent', attempt, id: uuid(seq), text, over: 'x' };
};
const acknowledged = (attempt: number, seq: number, duplicate = false): Observation => {
  return { kind: 'acknowledged', attempt, id: uuid(seq), message: message(seq), duplicate };
};
const by = (client: string, ...observations: Observation[]): Entry[] => {
  return observations.map((observation) => ({ client, ...observation }));
};

/** Eight messages, of which the log keeps three: Ann comes back in time, Ben too late, and the page shows both. */
const ann = () =>
  by('ann', asked(1), answered(1, snapshot(1, 0)), told(1, 1, 2), told(1, 3, 5), asked(2, 'first:5')).concat(
    by('ann', answered(2, recovered(6, 7)), told(2, 8), { kind: 'pulse', link: 2, pulse: { epoch: 'first', seq: 8 } }),
  );
const ben = () =>
  by('ben', asked(3), answered(3, snapshot(1, 0)), told(3, 1, 2), asked(4, 'first:2'), answered(4, snapshot(6, 8, 3)));
const sends = () => [
  ...range(1, 7).flatMap((seq) => by('crier', sent(seq, seq), acknowledged(seq, seq))),
  // The acknowledgement of the last was lost, and it was sent again.
  ...by('crier', sent(8, 8), sent(9, 8), acknowledged(9, 8, true)),
  ...by('crier', sent(10, 9, ''), { kind: 'refused', attempt: 10, id: uuid(9), code: 'validation-failed' }),
];
const lines = (): Shown[] => {
  return [...range(1, 2).map((seq) => ({ message: message(seq) })), { missed: 3 }, ...range(6, 8).map((seq) => ({ message: message(seq) }))]; // prettier-ignore
};
const history = (from: number, to: number, epoch = 'first'): Entry[] => {
  return by('witness', { kind: 'history', ...at(epoch, to), messages: range(from, to).map(message) });
};
const healthy = () => ({
  ann: ann(),
  ben: ben(),
  sends: sends(),
  page: by('page', { kind: 'shown', lines: lines(), unsent: [] }),
  end: history(6, 8),
});

type Parts = ReturnType<typeof healthy>;

function brokenBy(change: (parts: Parts) => void, store: Run['store'] = 'memory'): Promised[] {
  const parts = healthy();
  change(parts);
  const { ann, ben, page, end } = parts;
  const violations = check({ store, history: 3, entries: [...parts.sends, ...ann, ...ben, ...page, ...end] });
  return [...new Set(violations.map(({ promise }) => promise))];
}

/** The n-th of that kind, to be changed. */
function the<Kind extends Entry['kind']>(entries: Entry[], kind: Kind, n = 0): Entry & { kind: Kind } {
  return entries.filter((entry): entry is Entry & { kind: Kind } => entry.kind === kind)[n]!;
}

describe('the checker', () => {
  it('finds nothing where every promise was kept', () => {
    expect(brokenBy(() => undefined)).toEqual([]);
  });

  const bugs: [string, Promised, (parts: Parts) => void][] = [
    ['an event is skipped', 'no silent loss', ({ ann }) => the(ann, 'told', 1).told.events.splice(1, 1)],
    ['an event is told twice', 'once', ({ ann }) => the(ann, 'told').told.events.push(event(2))],
    ['two events are swapped', 'one order', ({ ann }) => the(ann, 'told').told.events.reverse()],
    ['a whole packet is lost', 'no silent loss', ({ ann }) => ann.splice(ann.indexOf(the(ann, 'told', 1)), 1)],
    ['the last event is lost', 'everyone catches up', ({ ann }) => ann.splice(ann.indexOf(the(ann, 'told', 2)), 1)],
    ['the pulse is ahead of the events', 'no silent loss', ({ ann }) => (the(ann, 'pulse').pulse.seq = 9)],
    [
      'two see different messages at one seq',
      'one order',
      ({ ann }) => {
        the(ann, 'told').told.events[0]!.message!.nickname = 'Eve';
      },
    ],
    ['one message is at two places', 'once', ({ ann }) => (the(ann, 'told').told.events[0]!.message!.id = uuid(2))],
    ['an event has the seq of another', 'one order', ({ ann }) => (the(ann, 'told').told.events[0]!.message!.seq = 7)],
    ['a recovery has a part only', 'recovered is whole', ({ ann }) => the(ann, 'answered', 1).answer.events!.shift()],
    ['a recovery ends too early', 'recovered is whole', ({ ann }) => the(ann, 'answered', 1).answer.events!.pop()],
    [
      'a recovery goes over a gap',
      'recovered is whole',
      ({ ben }) => {
        Object.assign(the(ben, 'answered', 1).answer, recovered(6, 8));
      },
    ],
    [
      'a snapshot is given though the log reaches back',
      'recovered is whole',
      ({ ann }) => {
        the(ann, 'answered', 1).answer = snapshot(5, 7, 0);
      },
    ],
    ['too many are said to be missed', 'missed is exact', ({ ben }) => (the(ben, 'answered', 1).answer.missed = 4)],
    ['too few are said to be missed', 'missed is exact', ({ ben }) => (the(ben, 'answered', 1).answer.missed = 2)],
    ['nothing is said of what is missed', 'missed is exact', ({ ben }) => delete the(ben, 'answered', 1).answer.missed],
    ['a snapshot has a hole', 'no silent loss', ({ ben }) => the(ben, 'answered', 1).answer.messages!.splice(1, 1)],
    [
      'a snapshot is shorter than what is kept',
      'no silent loss',
      ({ ben }) => {
        the(ben, 'answered', 1).answer = snapshot(7, 8, 4);
      },
    ],
    ['the cursor is another', 'the contract', ({ ann }) => (the(ann, 'answered', 1).answer.cursor = 'first:6')],
    [
      'an acknowledged message is not in the log',
      'acknowledged means kept',
      ({ sends }) => {
        sends.push(...by('crier', sent(20, 20), acknowledged(20, 20)));
      },
    ],
    [
      'the log has lost its end',
      'acknowledged means kept',
      ({ ben }) => {
        the(ben, 'answered', 1).answer = snapshot(1, 1);
      },
    ],
    ['the log keeps less than it has to', 'acknowledged means kept', ({ end }) => the(end, 'history').messages.shift()],
    ['one server reads back less than the others', 'one order', ({ end }) => end.unshift(...history(6, 7))],
    [
      'one server reads back another message than the others',
      'one order',
      ({ end }) => {
        end.unshift(...history(6, 8));
        the(end, 'history').messages[1]!.nickname = 'Eve';
      },
    ],
    ['one server reads back another log than the others', 'one order', ({ end }) => end.unshift(...history(6, 8, 'other'))], // prettier-ignore
    ['another message is acknowledged', 'once', ({ sends }) => (the(sends, 'acknowledged').id = uuid(9))],
    [
      'a message that is sent again is kept again',
      'once',
      ({ sends }) => {
        sends.push(...by('crier', sent(21, 1), acknowledged(21, 1, false)));
      },
    ],
    [
      'a message that is sent again is another',
      'once',
      ({ sends }) => {
        the(sends, 'acknowledged', 7).message = { ...message(8), sentAt: '2026-01-31T12:00:01.000Z' };
        sends.push(...by('crier', sent(21, 8), acknowledged(21, 8, true)));
      },
    ],
    [
      'a text is changed',
      'once',
      (parts) => {
        for (const { message: changed } of [the(parts.ann, 'answered', 1).answer.events![1]!]) changed!.text = 'else';
      },
    ],
    ['nobody said it', 'once', ({ sends }) => sends.splice(0, 2)],
    [
      'a refused message is there',
      'refusals are told',
      ({ sends }) => {
        sends.splice(sends.indexOf(the(sends, 'acknowledged')), 1, ...by('crier', { kind: 'refused', attempt: 1, id: uuid(1), code: 'id-conflict' })); // prettier-ignore
      },
    ],
    [
      'the epoch changes without a restart',
      'a new log says so',
      ({ ann }) => (the(ann, 'told', 2).told.epoch = 'other'),
    ],
    ['somebody is left behind', 'everyone catches up', ({ ben }) => ben.splice(3)],
    ['the screen shows a message twice', 'once', ({ page }) => the(page, 'shown').lines.splice(1, 0, lines()[0]!)],
    ['the screen leaves one out', 'no silent loss', ({ page }) => the(page, 'shown').lines.splice(4, 1)],
    ['the screen shows another order', 'one order', ({ page }) => the(page, 'shown').lines.reverse()],
    [
      'the gap on the screen is too wide',
      'missed is exact',
      ({ page }) => (the(page, 'shown').lines[2] = { missed: 4 }),
    ],
    ['the screen lacks the end', 'one order', ({ page }) => the(page, 'shown').lines.pop()],
    ['the page never gets rid of a message', 'everyone catches up', ({ page }) => the(page, 'shown').unsent.push('x')],
    ['something never comes', 'everyone catches up', ({ ann }) => ann.push(...by('ann', { kind: 'wrong', what: 'has not caught up' }))], // prettier-ignore
    ['an answer is not as the contract says', 'the contract', ({ ann }) => ann.push(...by('ann', { kind: 'wrong', what: 'not a RoomState' }))], // prettier-ignore
  ];

  it.each(bugs)('notices when %s', (_what, promise, change) => {
    expect(brokenBy(change)).toContain(promise);
  });
});

describe('the checker of a restart', () => {
  const restarted = (store: Run['store'], change: (entries: Entry[]) => void = () => undefined): Promised[] => {
    const epoch = store === 'memory' ? 'second' : 'first';
    const entries = [
      ...by('ann', asked(1), answered(1, snapshot(1, 0)), sent(1, 1), told(1, 1), acknowledged(1, 1)),
      ...by('-', { kind: 'killed' }, { kind: 'started' }),
      ...by('ann', asked(2, 'first:1')),
      ...(store === 'memory'
        ? by('ann', answered(2, snapshot(1, 0, undefined, epoch)), sent(2, 1), told(2, 1, 1, epoch), acknowledged(2, 1))
        : by('ann', answered(2, recovered(2, 1)), sent(2, 1), acknowledged(2, 1, true))),
      ...history(1, 1, epoch),
    ];
    change(entries);
    return [...new Set(check({ store, history: 3, entries }).map(({ promise }) => promise))];
  };

  it.each(['memory', 'sqlite'] as const)('finds nothing where all is as it has to be (%s)', (store) => {
    expect(restarted(store)).toEqual([]);
  });

  it('notices when a store in memory goes on with the old epoch', () => {
    const again = (entries: Entry[]) => {
      the(entries, 'answered', 1).answer = snapshot(1, 0);
      the(entries, 'asked', 1).since = 'zeroth:1';
    };
    expect(restarted('memory', again)).toContain('a new log says so');
  });

  it('notices when a new log says that it recovered, or that something was missed', () => {
    const whole = (entries: Entry[]) => (the(entries, 'answered', 1).answer = recovered(1, 0, 'second'));
    expect(restarted('memory', whole)).toContain('a new log says so');
    const missed = (entries: Entry[]) => (the(entries, 'answered', 1).answer.missed = 1);
    expect(restarted('memory', missed)).toContain('missed is exact');
  });

  it('lets a node go on with the log that is gone until all have found the new one, and no longer', () => {
    const [before, after] = [range(1, 2), range(3, 4)].map(
      (links) =>
      links.flatMap((link) => by('ann', asked(link), answered(link, snapshot(1, 0, undefined, link === 2 ? 'second' : 'first')))), // prettier-ignore
    );
    const lost = (late: Entry[], end: Entry[]) => {
      const entries = [...by('ann', asked(9), answered(9, snapshot(1, 0))), ...by('-', { kind: 'killed' }), ...late, ...by('-', { kind: 'started' }), ...end, ...history(1, 0, 'second')]; // prettier-ignore
      return check({ store: 'redis', history: 3, entries }).map(({ promise }) => promise);
    };
    expect(lost(before!, [])).toEqual([]);
    expect(lost(before!, after!)).toContain('a new log says so');
  });

  it('notices when a durable store begins anew', () => {
    const anew = (entries: Entry[]) => (the(entries, 'answered', 1).answer = snapshot(1, 0, undefined, 'second'));
    expect(restarted('sqlite', anew)).toContain('acknowledged means kept');
  });

  it('notices when a durable store has lost what it acknowledged', () => {
    const lost = (entries: Entry[]) => entries.splice(-1, 1, ...history(1, 0));
    expect(restarted('sqlite', lost)).toContain('everyone catches up');
    const all = (entries: Entry[]) => {
      entries.splice(entries.indexOf(the(entries, 'told')), 1);
      entries.splice(-3, 3, ...by('ann', answered(2, { ...recovered(1, 0) })), ...history(1, 0));
      the(entries, 'asked', 1).since = 'first:0';
    };
    expect(restarted('sqlite', all)).toContain('acknowledged means kept');
  });
});
