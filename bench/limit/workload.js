// What every contender decides: 64 projects, each with limits of its own for 10 resources, asked by turns for more of all
// ten; one request in 64 is over. Usage is a constant, so that only limits and arithmetic are measured.
export const NAMES = Array.from({ length: 10 }, (_, index) => `resource_${index}`);

export const registered = Object.fromEntries(NAMES.map((name) => [name, 10]));

export const projects = Object.fromEntries(
  Array.from({ length: 64 }, (_, index) => [
    `project-${index}`,
    Object.fromEntries(NAMES.map((name, place) => [name, 20 + ((index + place) % 7)])),
  ]),
);

/** The usage of every project of every resource. */
export const USED = 10;

export const requests = Array.from({ length: 512 }, (_, index) => ({
  project: `project-${index % 64}`,
  deltas: Object.fromEntries(
    NAMES.map((name, place) => [name, index % 64 === 63 && place === 3 ? 50 : 1 + (place % 3)]),
  ),
}));
