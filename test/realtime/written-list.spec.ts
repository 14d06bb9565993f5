import { expect, it } from '@jest/globals';
import { WrittenList } from '../../api/realtime/written-list.js';

const people = Array.from({ length: 50 }, (_, n) => ({ userId: `u_${n}`, nickname: `Åse ${n}` }));
const text = (things: object[]) => JSON.stringify(things).slice(1, -1);

it('a list that grows is written whole each time, and what was handed out stays as it was', () => {
  const list = new WrittenList();
  const handedOut = people.map((_, n) => list.of(people.slice(0, n + 1)));
  expect(handedOut.map(String)).toEqual(people.map((_, n) => text(people.slice(0, n + 1))));
});

it('a list of which somebody went is written anew, and what was handed out stays as it was', () => {
  const list = new WrittenList();
  const before = list.of(people);
  const left = people.filter((_, n) => n !== 7);
  expect(String(list.of(left))).toBe(text(left));
  expect(String(list.of([...left, people[7]!]))).toBe(text([...left, people[7]!]));
  expect(String(list.of([]))).toBe('');
  expect(String(list.of(people.slice(0, 1)))).toBe(text(people.slice(0, 1)));
  expect(String(before)).toBe(text(people));
});

it('the end of a list is written as if it were a list of its own, and so is what is no end of it', () => {
  const list = new WrittenList();
  expect(String(list.endOf(people))).toBe(text(people));
  list.of(people);
  for (let n = 0; n <= people.length; n++) expect(String(list.endOf(people.slice(n)))).toBe(text(people.slice(n)));
  expect(String(list.endOf(people.slice(3, 9)))).toBe(text(people.slice(3, 9)));
  expect(String(list.endOf([...people, { userId: 'u_more' }]))).toBe(text([...people, { userId: 'u_more' }]));
});
