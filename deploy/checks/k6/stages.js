// The stages of the testing protocol: up to 100 users, then up to 200, then none.
// K6_SCALE shortens them all: 0.0166 makes seconds of the minutes.
const SCALE = Number(__ENV.K6_SCALE || 1);

export const URL = __ENV.NEXY_URL || 'http://localhost:8000';

// `share` of the users belong to one scenario.
export function stages(share) {
  const minutes = (count) => `${Math.max(Math.round(count * 60 * SCALE), 1)}s`;
  return [
    { duration: minutes(2), target: 100 * share }, // Ramp up
    { duration: minutes(5), target: 100 * share }, // Stay at 100 users
    { duration: minutes(2), target: 200 * share }, // Ramp up to 200 users
    { duration: minutes(5), target: 200 * share }, // Stay at 200 users
    { duration: minutes(2), target: 0 }, // Ramp down
  ];
}

// Of all requests at most one in a thousand may fail: stricter than the protocol's one in ten.
export const FEW_FAILURES = ['rate<0.001'];
