// 4,096 requests on the API rules of a real Nova: 40 people, 12 projects, made from one seed, so that every contender
// sees the same without exchanging anything.
import { readFileSync } from 'node:fs';

export const rules = JSON.parse(readFileSync(new URL('nova.json', import.meta.url), 'utf8'));

const ROLES = [
  ['admin', 'member', 'reader'],
  ['member', 'reader'],
  ['member', 'reader'],
  ['reader'],
  ['Member', 'reader'],
  ['load-balancer_member', 'member', 'reader', 'creator', 'heat_stack_owner'],
  ['service'],
  [],
];

/** A linear congruential generator (Numerical Recipes), the same in every run. */
const generator = (seed) => {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
};

const random = generator(42);
const pick = (list) => list[Math.floor(random() * list.length)];
const identifier = () => Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');

const users = Array.from({ length: 40 }, identifier);
const projects = Array.from({ length: 12 }, identifier);

export const people = users.map((user) => {
  const roles = pick(ROLES);
  return {
    user_id: user,
    user_domain_id: 'default',
    system_scope: null,
    domain_id: null,
    project_id: pick(projects),
    project_domain_id: 'default',
    roles,
    is_admin_project: true,
    service_user_id: null,
    service_user_domain_id: null,
    service_project_id: null,
    service_project_domain_id: null,
    service_roles: [],
    is_admin: roles.includes('admin'),
  };
});

const names = rules.filter((rule) => rule.isApi).map((rule) => rule.name);

export const requests = Array.from({ length: 4096 }, () => {
  const who = Math.floor(random() * people.length);
  const person = people[who];
  return {
    rule: pick(names),
    who,
    target: {
      project_id: random() < 0.7 ? person.project_id : pick(projects),
      user_id: random() < 0.5 ? person.user_id : pick(users),
    },
  };
});

/** The decisions as one character each, for the comparison before the measurement. */
export const answersOf = (decide) => requests.map((_, index) => (decide(index) ? '1' : '0')).join('');
